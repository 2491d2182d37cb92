import { compileRoutes, preferredTo, type RouteTable } from '../../../lambdas/authorizer/route-table';
import { ruled, scoped } from './support/routing';

function route(table: RouteTable, key: string) {
  const found = table.find(key);
  if (!found) {
    throw new Error(`no route ${key}`);
  }
  return found;
}

test('makes each parameter a star of the resource', () => {
  const table = compileRoutes([scoped('GET /v1/sales/{region}/{rest+}', 'sales:read')]);
  expect(table.routes.map((one) => one.resource)).toEqual(['GET/v1/sales/*/*']);
});

test('writes the root as API Gateway does', () => {
  expect(compileRoutes([scoped('GET /', 'x:read')]).routes[0]?.resource).toBe('GET/');
});

test('finds a route whatever its parameters are called', () => {
  const table = compileRoutes([scoped('GET /v1/sales/{region}', 'sales:read')]);
  expect(table.find('GET /v1/sales/{id}')?.key).toBe('GET /v1/sales/{region}');
});

test.each(['POST /v1/sales/{region}', 'GET /v1/sales/eu', 'GET /v1/sales/{region+}', 'GET /v1/sales'])(
  'does not take %s for GET /v1/sales/{region}',
  (key) => {
    expect(compileRoutes([scoped('GET /v1/sales/{region}', 'sales:read')]).find(key)).toBeUndefined();
  },
);

test('grants the routes whose rule the scopes satisfy', () => {
  const table = compileRoutes([
    scoped('GET /a', 'x:read'),
    scoped('GET /b', 'x:read+y:read', 'z:read'),
    scoped('GET /c', 'x:write'),
  ]);
  const granted = (...scopes: string[]) => table.granted(scopes).map((one) => one.key);
  expect(granted('x:read')).toEqual(['GET /a']);
  expect(granted('x:*', 'y:read')).toEqual(['GET /a', 'GET /b', 'GET /c']);
  expect(granted('z:read')).toEqual(['GET /b']);
  expect(granted()).toEqual([]);
});

test('grants no public and no IAM route, whatever the scopes', () => {
  const table = compileRoutes([ruled('GET /a', { kind: 'public', reason: 'r' }), ruled('GET /b', { kind: 'iam' })]);
  expect(table.granted(['*'])).toEqual([]);
});

describe('resources to deny where a star crosses slashes', () => {
  const table = compileRoutes([
    scoped('GET /orders', 'a:b'),
    scoped('GET /orders/{id}', 'a:b'),
    scoped('GET /orders/{id}/admin', 'a:b'),
    scoped('GET /orders/export', 'a:b'),
    scoped('POST /orders/{id}/admin', 'a:b'),
    scoped('GET /{area}/search', 'a:b'),
    scoped('GET /{area}/{x}/{y}', 'a:b'),
    scoped('GET /{rest+}', 'a:b'),
  ]);
  test.each([
    ['a deeper route', 'GET /orders/{id}', 'GET /orders/{id}/admin', ['GET/orders/*/admin']],
    ['a literal sibling', 'GET /orders/{id}', 'GET /orders/export', ['GET/orders/export']],
    ['only what lies below, of a route with parameters', 'GET /orders/{id}', 'GET /{area}/{x}/{y}', ['GET/orders/*/*']],
    ['only what lies below, of a catch-all', 'GET /orders/{id}', 'GET /{rest+}', ['GET/orders/*/*']],
    [
      'what the gateway leaves to a less special route',
      'GET /{area}/search',
      'GET /orders/{id}',
      ['GET/orders/search'],
    ],
    ['nothing above', 'GET /orders/{id}/admin', 'GET /orders/{id}', []],
    ['nothing beside a literal', 'GET /orders/export', 'GET /orders/{id}', []],
    ['nothing of the collection', 'GET /orders/{id}', 'GET /orders', []],
    ['nothing of another method', 'GET /orders/{id}', 'POST /orders/{id}/admin', []],
    // The gateway resolves GET /orders/search to /orders/{id}.
    ['nothing that the gateway resolves otherwise', 'GET /orders/{id}', 'GET /{area}/search', []],
  ])('%s: %s allowed, %s withheld', (_, other, withheld, expected) => {
    expect(table.overlaps(route(table, withheld)).get(route(table, other)) ?? []).toEqual(expected);
  });
});

test('knows which templates the gateway prefers', () => {
  const table = compileRoutes([
    scoped('GET /{rest+}', 'a:b'),
    scoped('GET /{x}', 'a:b'),
    scoped('GET /a', 'a:b'),
    scoped('GET /a/b', 'a:b'),
    scoped('POST /a', 'a:b'),
  ]);
  const preferred = (key: string) => {
    const templates = preferredTo(route(table, key), table.routes);
    return table.routes.filter((one) => templates.includes(one.template)).map((one) => one.key);
  };
  expect(preferred('GET /{rest+}')).toEqual(['GET /{x}', 'GET /a', 'GET /a/b']);
  expect(preferred('GET /{x}')).toEqual(['GET /a']);
  expect(preferred('GET /a')).toEqual([]);
});

describe('malformed tables', () => {
  test.each([
    ['method in lower case', 'get /a'],
    ['ANY, because a rule belongs to one method', 'ANY /a'],
    ['path without slash', 'GET a'],
    ['empty path', 'GET '],
    ['empty segment', 'GET /a//b'],
    ['slash at the end', 'GET /a/'],
    ['star', 'GET /a/*'],
    ['question mark', 'GET /a?'],
    ['policy variable', 'GET /${aws:username}'],
    ['parameter within a segment', 'GET /a{b}'],
    ['greedy parameter before the end', 'GET /{a+}/b'],
    ['newline', 'GET /a\n'],
    ['path too long', `GET /${'a'.repeat(400)}`],
    ['too many segments', `GET ${'/a'.repeat(31)}`],
  ])('%s', (_, key) => {
    expect(() => compileRoutes([scoped(key, 'a:b')])).toThrow(
      `route ${key} is malformed, there twice, or requires no scope`,
    );
  });

  test('the same route twice, with other parameter names', () => {
    expect(() => compileRoutes([scoped('GET /{a}', 'a:b'), scoped('GET /{b}', 'a:b')])).toThrow('route GET /{b} is');
  });

  test.each([[[]], [[[]]], [[['a:b'], []]]])('a rule with the scopes %j, which anybody would satisfy', (anyOf) => {
    expect(() => compileRoutes([ruled('GET /a', { kind: 'scopes', anyOf })])).toThrow('requires no scope');
  });
});
