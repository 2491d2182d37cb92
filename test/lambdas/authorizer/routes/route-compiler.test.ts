import { compileRoutes, patternRoutes, preferredTo } from '../../../../lambdas/authorizer/routes/route-compiler';
import { ruled, scoped } from '../support/routing';

test('keeps of a route its key and its scopes', () => {
  const rules = [scoped('GET /a/{x}', 'a:read', 'b:read+c:read'), ruled('GET /b', { kind: 'iam' })];
  expect(compileRoutes(rules)).toEqual([
    { key: 'GET /a/{x}', anyOf: [['a:read'], ['b:read', 'c:read']] },
    { key: 'GET /b', anyOf: [] },
  ]);
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
    const own = routes.find((one) => one.key === key)?.template ?? [];
    const preferredOnes = preferredTo(
      own,
      routes.map(({ template }) => template),
    );
    return routes.filter(({ template }) => preferredOnes.includes(template)).map((one) => one.key);
  };
  // The path alone selects the resource, so that of another method goes before it too.
  expect(preferred('GET /{rest+}')).toEqual(['GET /{x}', 'GET /a', 'GET /a/b', 'POST /a']);
  expect(preferred('GET /{x}')).toEqual(['GET /a', 'POST /a']);
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
