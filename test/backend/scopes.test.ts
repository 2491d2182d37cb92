import { hasScopes, requireScopes, ScopeError } from '../../backend';

const caller = { scopes: ['sales:read', 'activity:*'] };

describe('requireScopes', () => {
  test.each([
    ['a scope that is held', 'sales:read'],
    ['a scope that a wildcard covers', 'activity:write'],
    ['all of a list', ['sales:read', 'activity:read']],
    ['one of the alternatives', { anyOf: [['sales:write'], ['sales:read', 'activity:read']] }],
  ])('passes %s', (_, required) => {
    expect(() => requireScopes(caller, required)).not.toThrow();
    expect(hasScopes(caller, required)).toBe(true);
  });

  test.each([
    ['a scope that is not held', 'sales:write'],
    ['a scope whose beginning is held', 'sales:read:all'],
    ['a wildcard that is not held', 'sales:*'],
    ['a list of which one is missing', ['sales:read', 'sales:write']],
    ['alternatives of which none is held', { anyOf: [['sales:write'], ['users:read']] }],
    ['an empty list', []],
    ['no alternatives', { anyOf: [] }],
    ['an empty alternative', { anyOf: [[]] }],
  ])('refuses %s', (_, required) => {
    expect(() => requireScopes(caller, required)).toThrow(ScopeError);
    expect(hasScopes(caller, required)).toBe(false);
  });

  test('says what is needed', () => {
    expect(() => requireScopes(caller, { anyOf: [['a:b', 'c:d'], ['e:f']] })).toThrow(
      new ScopeError([['a:b', 'c:d'], ['e:f']]),
    );
    expect(new ScopeError([['a:b', 'c:d'], ['e:f']]).message).toBe('the caller does not hold a:b and c:d or e:f');
  });
});
