import { checkRoutes } from '../../../constructs/api/checked-routes';
import { parsePath } from '../../../constructs/api/path';
import { mountRoutes, parseRouteKey, type RouteDefinition, routeKey, routeRules } from '../../../constructs/api/route';

function route(key: string, props: Partial<RouteDefinition> = {}): RouteDefinition {
  const [method = '', path = ''] = key.split(' ');
  return { method, path, rule: { kind: 'scopes', anyOf: [['a:read']] }, ...props };
}

describe('parseRouteKey', () => {
  test('reads method and path', () => {
    expect(parseRouteKey('GET /v1/sales/{region}')).toEqual({ method: 'GET', path: '/v1/sales/{region}' });
  });

  test.each(['GET', 'GET/v1', 'GET  /v1', 'GET /v1 x', ''])('refuses %j', (key) => {
    expect(() => parseRouteKey(key)).toThrow(/route key is .*, allowed is "<METHOD> <path>"/);
  });

  test.each(['get /v1', 'ANY /v1', 'TRACE /v1'])('refuses the method of %j and names the allowed ones', (key) => {
    expect(() => parseRouteKey(key)).toThrow(
      /has the method .*, allowed are GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS/,
    );
  });
});

describe('parsePath', () => {
  test('splits literals, parameters and a greedy end', () => {
    expect(parsePath('/v1/{id}/{proxy+}')).toEqual([
      { kind: 'literal', name: 'v1' },
      { kind: 'parameter', name: 'id' },
      { kind: 'greedy', name: 'proxy' },
    ]);
  });

  test('has no segment for the root', () => {
    expect(parsePath('/')).toEqual([]);
  });

  test.each([
    ['v1', 'does not begin with "/"'],
    ['/v1/', 'empty segment'],
    ['/v1//x', 'empty segment'],
    ['/v1/a b', 'segment "a b"'],
    ['/v1/a%20b', 'segment "a%20b"'],
    ['/v1/{id}.json', 'segment "{id}.json"'],
    ['/v1/{}', 'segment "{}"'],
    ['/v1/{a b}', 'segment "{a b}"'],
    ['/v1/*', 'segment "*"'],
    ['/{proxy+}/x', 'greedy parameter "{proxy+}" before its end'],
    ['/{id}/x/{id}', 'parameter "id" twice'],
  ])('refuses %s', (path, fault) => {
    expect(() => parsePath(path)).toThrow(fault);
  });
});

describe('checkRoutes', () => {
  test('takes methods of one path, and one parameter under different parents', () => {
    expect(() =>
      checkRoutes([route('GET /a/{x}'), route('PUT /a/{x}'), route('GET /b/{y}'), route('GET /a/{x}/b/{y}')]),
    ).not.toThrow();
  });

  test('refuses a route that is there twice', () => {
    expect(() => checkRoutes([route('GET /a'), route('GET /a')])).toThrow('route GET /a is there twice');
  });

  test.each([
    ['GET /a/{x}', 'POST /a/{y}'],
    ['GET /a/{x}', 'GET /a/{y}/deeper'],
    ['GET /a/{x}', 'GET /a/{proxy+}'],
    ['GET /{x}', 'GET /{y}'],
  ])('refuses the ambiguous siblings %s and %s, naming both', (one, other) => {
    expect(() => checkRoutes([route(one), route(other)])).toThrow(
      new RegExp(`route ${quoted(other)} has .* where route ${quoted(one)} has`),
    );
  });

  test('refuses a public route without a reason', () => {
    expect(() => checkRoutes([route('GET /a', { rule: { kind: 'public', reason: '  ' } })])).toThrow(
      'route GET /a is public without a reason',
    );
  });

  test('refuses a route for every valid credential without a reason', () => {
    expect(() => checkRoutes([route('GET /a', { rule: { kind: 'authenticated', reason: '  ' } })])).toThrow(
      'route GET /a takes every valid credential without a reason',
    );
  });

  test.each([[[]], [[[]]], [[['a:read'], []]]])('refuses a scopes rule that requires nothing: %j', (anyOf) => {
    expect(() => checkRoutes([route('GET /a', { rule: { kind: 'scopes', anyOf } })])).toThrow('requires no scope');
  });

  test.each(['read', 'a:*', '*', 'a:', ':read', 'a read:b'])('refuses the required scope %j', (scope) => {
    expect(() => checkRoutes([route('GET /a', { rule: { kind: 'scopes', anyOf: [[scope]] } })])).toThrow(
      `requires the scope ${JSON.stringify(scope)}`,
    );
  });

  test('refuses a usage key on a route that no authorizer sees', () => {
    expect(() => checkRoutes([route('GET /a', { rule: { kind: 'iam' }, apiKeyRequired: true })])).toThrow(
      'route GET /a is iam and requires a usage key',
    );
  });
});

describe('mountRoutes', () => {
  test.each([
    ['/v1', 'GET /tokens', '/v1/tokens'],
    ['', 'GET /tokens', '/tokens'],
    ['/', 'GET /tokens', '/tokens'],
    ['/v1', 'GET /', '/v1'],
    ['', 'GET /', '/'],
  ])('puts under %j the route %s', (base, key, path) => {
    expect(mountRoutes([route(key)], base)).toEqual([{ ...route(key), path }]);
  });

  test.each(['v1', '/v1/', '/{proxy+}'])('refuses the base path %j', (base) => {
    expect(() => mountRoutes([route('GET /a')], base)).toThrow(/path/);
  });
});

describe('routeRules', () => {
  test('keeps method, path and rule alone, whatever the order of the routes', () => {
    const routes = [route('GET /b', { backend: 'x' }), route('PUT /a'), route('GET /a')];
    expect(routeRules(routes).map(routeKey)).toEqual(['GET /a', 'PUT /a', 'GET /b']);
    expect(routeRules(routes)).toEqual(routeRules([...routes].reverse()));
    expect(Object.keys(routeRules(routes)[2] ?? {}).sort()).toEqual(['method', 'path', 'rule']);
  });
});

function quoted(text: string): string {
  return text.replaceAll(/[{}+]/g, '\\$&');
}
