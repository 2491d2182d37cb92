import { applicationKey, tokenKey } from '../../../lambdas/lib/token-record';

test('tokens and applications of the same name have different keys', () => {
  expect(tokenKey('a')).toBe('token#a');
  expect(applicationKey('a')).toBe('application#a');
});
