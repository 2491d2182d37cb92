import fc from 'fast-check';
import { coversAll, mayGrant, satisfies, scopeMatches } from '../../../lambdas/lib/scopes';

test.each([
  ['sales:read', 'sales:read', true],
  ['sales:*', 'sales:read', true],
  ['*', 'sales:read', true],
  ['*', '*', true],
  ['sales:*', 'sales:*', true],
  ['sales:*', 'sales:read:all', true],
  ['sales:read', 'sales:write', false],
  ['sales:read', 'sales:*', false],
  ['sales:*', '*', false],
  ['sales:*', 'salesforce:read', false],
  ['sales:*', 'sales', false],
  ['sales:*', 'sales:', false],
  ['sale*', 'sales:read', false],
  ['*:read', 'sales:read', false],
  [':*', ':x', false],
  ['', 'sales:read', false],
  ['Sales:read', 'sales:read', false],
])('%j covers %j: %s', (granted, required, expected) => {
  expect(scopeMatches(granted, required)).toBe(expected);
});

test('one alternative is enough, and needs all its scopes', () => {
  const anyOf = [['a:x', 'a:y'], ['b:x']];
  expect(satisfies(['a:x'], anyOf)).toBe(false);
  expect(satisfies(['a:x', 'a:y'], anyOf)).toBe(true);
  expect(satisfies(['b:*'], anyOf)).toBe(true);
});

test('a rule without scopes is satisfied by nobody', () => {
  expect(satisfies(['*'], [])).toBe(false);
  expect(satisfies(['*'], [[]])).toBe(false);
  expect(coversAll(['*'], [])).toBe(false);
});

describe('granting', () => {
  test('is limited to what the caller holds', () => {
    expect(mayGrant(['sales:*'], ['sales:read', 'sales:*'])).toBe(true);
    expect(mayGrant(['sales:*'], ['sales:read', 'users:read'])).toBe(false);
    expect(mayGrant(['sales:read'], ['sales:*'])).toBe(false);
    expect(mayGrant([], ['sales:read'])).toBe(false);
  });

  const scope = fc.constantFrom('*', 'a:*', 'b:*', 'a:x', 'a:y', 'b:x');
  const scopes = fc.uniqueArray(scope, { minLength: 1 });

  test('never gives a token a rule that its giver does not satisfy', () => {
    fc.assert(
      fc.property(scopes, scopes, fc.array(scopes), (held, requested, anyOf) => {
        fc.pre(mayGrant(held, requested) && satisfies(requested, anyOf));
        expect(satisfies(held, anyOf)).toBe(true);
      }),
    );
  });
});
