import fc from 'fast-check';
import { assertExpressible, findAmbiguities } from '../../../lambdas/authorizer/route-analysis';
import { scoped } from './support/routing';

test('finds the one request that a withheld sibling takes with it', () => {
  const routes = [
    scoped('GET /a/{x}', 'a:read'),
    scoped('GET /a/{x}/b', 'b:read'),
    scoped('GET /a/{x}/b/{y}', 'c:read'),
  ];
  expect(findAmbiguities(routes)).toEqual([
    {
      granted: 'GET /a/{x}/b/{y}',
      withheld: 'GET /a/{x}/b',
      denied: 'GET/a/*/b',
      scopes: ['a:read', 'c:read'],
      example: 'GET /a/(any)/b/b',
      isTotal: false,
    },
  ]);
});

test.each([
  ['the same scopes', ['a:read', 'a:read', 'a:read']],
  ['scopes of which one implies the other', ['a:read+b:read', 'b:read', 'c:read']],
])('finds nothing where the routes have %s', (_, [one = '', two = '', three = '']) => {
  const routes = [scoped('GET /a/{x}', one), scoped('GET /a/{x}/b', two), scoped('GET /a/{x}/b/{y}', three)];
  expect(findAmbiguities(routes)).toEqual([]);
});

test('finds nothing where literals tell the routes apart', () => {
  const routes = [
    scoped('GET /orders', 'o:list'),
    scoped('GET /orders/{id}', 'o:read'),
    scoped('GET /orders/export', 'o:export'),
    scoped('GET /orders/{id}/admin', 'o:admin'),
    scoped('DELETE /orders/{id}', 'o:delete'),
  ];
  expect(findAmbiguities(routes)).toEqual([]);
});

describe('a table that no policy can express', () => {
  const routes = [scoped('GET /a/{rest+}', 'a:read'), scoped('GET /a/{x}', 'b:read')];

  test('is found', () => {
    expect(findAmbiguities(routes)).toContainEqual({
      granted: 'GET /a/{rest+}',
      withheld: 'GET /a/{x}',
      denied: 'GET/a/*',
      scopes: ['a:read'],
      example: 'GET /a/(any)/(any)',
      isTotal: true,
    });
  });

  test('is refused', () => {
    expect(() => assertExpressible('shop', routes)).toThrow(
      'API shop has the routes GET /a/{rest+} and GET /a/{x}, which a policy cannot tell apart for a token with a:read, allowed are paths that differ in a literal segment, or the same scopes for both',
    );
  });
});

test('a table with a few such requests is not refused', () => {
  const routes = [
    scoped('GET /a/{x}', 'a:read'),
    scoped('GET /a/{x}/b', 'b:read'),
    scoped('GET /a/{x}/b/{y}', 'c:read'),
  ];
  expect(() => assertExpressible('shop', routes)).not.toThrow();
});

test('a malformed table is refused', () => {
  expect(() => assertExpressible('shop', [scoped('GET /*', 'a:read')])).toThrow('route GET /* is malformed');
});

test('the order of the routes plays no part', () => {
  const routes = [
    scoped('GET /{rest+}', 'a:read'),
    scoped('GET /a/{x}', 'b:read'),
    scoped('GET /a/{x}/b', 'c:read'),
    scoped('GET /a/{x}/b/{y}', 'd:read'),
  ];
  const pairs = (rules: typeof routes) =>
    findAmbiguities(rules)
      .map((one) => `${one.granted} ${one.withheld} ${one.isTotal}`)
      .sort();
  fc.assert(
    fc.property(fc.shuffledSubarray(routes, { minLength: 4 }), (shuffled) => {
      expect(pairs(shuffled)).toEqual(pairs(routes));
    }),
    { numRuns: 24 },
  );
});
