import { applicationKey, listedAttributes, TOKEN_ATTRIBUTES, tokenKey } from '../../../lambdas/lib/token-record';

test('tokens and applications of the same name have different keys', () => {
  expect(tokenKey('a')).toBe('token#a');
  expect(applicationKey('a')).toBe('application#a');
});

test('a list holds what is shown, and no secret', () => {
  const listed: string[] = listedAttributes();
  expect(listed).toEqual(expect.arrayContaining(['entity', 'id', 'application', 'status', 'ancestors', 'version']));
  const hidden = Object.keys(TOKEN_ATTRIBUTES).filter((name) => !listed.includes(name));
  expect(hidden.sort()).toEqual(['environment', 'generations', 'job', 'pk', 'purgeAt', 'revokedBy', 'usageKey']);
});
