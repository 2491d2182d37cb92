import { compileRoutes } from '../../../../lambdas/authorizer/routes/route-compiler';
import { routeTable } from '../../../../lambdas/authorizer/routes/route-table';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';
import { ruled, scoped } from '../support/routing';

const tableOf = (...rules: RouteRule[]) => routeTable(compileRoutes(rules));

test('makes each parameter a star of the resource', () => {
  const table = tableOf(scoped('GET /v1/sales/{region}/{rest+}', 'sales:read'));
  expect(table.routes.map((one) => one.resource)).toEqual(['GET/v1/sales/*/*']);
});

test('writes the root as API Gateway does', () => {
  expect(tableOf(scoped('GET /', 'x:read')).routes[0]?.resource).toBe('GET/');
});

test('finds a route whatever its parameters are called', () => {
  const table = tableOf(scoped('GET /v1/sales/{region}', 'sales:read'));
  expect(table.find('GET', '/v1/sales/{id}')?.key).toBe('GET /v1/sales/{region}');
});

test.each([
  ['POST', '/v1/sales/{region}'],
  ['GET', '/v1/sales/eu'],
  ['GET', '/v1/sales/{region+}'],
  ['GET', '/v1/sales'],
])('does not take %s %s for GET /v1/sales/{region}', (method, path) => {
  expect(tableOf(scoped('GET /v1/sales/{region}', 'sales:read')).find(method, path)).toBeUndefined();
});

test('grants the routes whose rule the scopes satisfy', () => {
  const table = tableOf(
    scoped('GET /a', 'x:read'),
    scoped('GET /b', 'x:read+y:read', 'z:read'),
    scoped('GET /c', 'x:write'),
  );
  const granted = (...scopes: string[]) => table.granted(scopes).map((one) => one.key);
  expect(granted('x:read')).toEqual(['GET /a']);
  expect(granted('x:*', 'y:read')).toEqual(['GET /a', 'GET /b', 'GET /c']);
  expect(granted('z:read')).toEqual(['GET /b']);
  expect(granted()).toEqual([]);
});

test('grants a route for every valid credential whatever the scopes, also none', () => {
  const table = tableOf(ruled('GET /me', { kind: 'authenticated', reason: 'r' }), scoped('GET /a', 'x:read'));
  expect(table.granted([]).map((one) => one.key)).toEqual(['GET /me']);
});

test('never takes an alternative without scopes for one that needs none', () => {
  expect(() => tableOf(ruled('GET /me', { kind: 'scopes', anyOf: [[]] }))).toThrow('requires no scope');
  expect(routeTable([{ key: 'GET /me', anyOf: [[]] }]).granted(['*'])).toEqual([]);
});

test('grants no public and no IAM route, whatever the scopes', () => {
  const table = tableOf(ruled('GET /a', { kind: 'public', reason: 'r' }), ruled('GET /b', { kind: 'iam' }));
  expect(table.granted(['*'])).toEqual([]);
});
