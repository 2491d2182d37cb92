import { compileRoutes, patternRoutes, preferredTo } from '../../../lambdas/authorizer/route-compiler';
import { ruled, scoped } from './support/routing';

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
    const position = table.findIndex(({ key }) => key === other);
    const { overlaps = [] } = table.find(({ key }) => key === withheld) ?? {};
    expect(overlaps.find(([index]) => index === position)?.[1] ?? []).toEqual(expected);
  });
});

test("has no overlaps with public and IAM routes, which are not the authorizer's", () => {
  const table = compileRoutes([
    scoped('GET /a/{x}', 'a:b'),
    ruled('GET /a/{x}/status', { kind: 'public', reason: 'r' }),
    ruled('GET /{rest+}', { kind: 'iam' }),
  ]);
  expect(table.map(({ overlaps }) => overlaps)).toEqual([undefined, undefined, undefined]);
});

test('knows which templates the gateway prefers', () => {
  const routes = patternRoutes([
    scoped('GET /{rest+}', 'a:b'),
    scoped('GET /{x}', 'a:b'),
    scoped('GET /a', 'a:b'),
    scoped('GET /a/b', 'a:b'),
    scoped('POST /a', 'a:b'),
  ]);
  const preferred = (key: string) => {
    const templates = routes.flatMap((one) => (one.key === key ? preferredTo(one, routes) : []));
    return routes.filter((one) => templates.includes(one.template)).map((one) => one.key);
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
