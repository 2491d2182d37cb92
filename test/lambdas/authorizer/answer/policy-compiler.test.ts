import { answerForm } from '../../../../lambdas/authorizer/answer/answer-form';
import { compileApiPolicy } from '../../../../lambdas/authorizer/answer/policy-compiler';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';
import { ruled, scoped } from '../support/routing';

const PUBLIC = { kind: 'public', reason: 'r' } as const;

describe('a policy for the whole API is exact', () => {
  test.each<[string, RouteRule[]]>([
    ['for flat routes', [scoped('GET /a', 'a:read'), scoped('GET /b', 'b:read')]],
    [
      'where a withheld route lies below a parameter',
      [scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/b', 'b:read')],
    ],
    ['where all have the same scopes', [scoped('GET /{all+}', 'a:read'), scoped('GET /a/{x}', 'a:read')]],
    [
      'where the wider scopes have the narrower in them',
      [scoped('GET /a/{x}', 'a:read+b:read'), scoped('GET /a/{x}/c', 'a:read')],
    ],
    [
      'beside public and IAM routes',
      [scoped('GET /a/{x+}', 'a:read'), ruled('GET /a/{x}', PUBLIC), ruled('GET /a/b', { kind: 'iam' })],
    ],
    [
      'where the gateway prefers another template',
      [scoped('GET /{x}/b', 'a:read'), scoped('GET /a/{y}', 'c:read'), scoped('POST /a/b', 'a:read')],
    ],
    [
      'where every token may call what lies below a parameter',
      [
        scoped('GET /tokens/{id}', 'tokens:read'),
        ruled('GET /tokens/self', { kind: 'authenticated', reason: 'r' }),
        scoped('POST /tokens/{id}/revoke', 'tokens:write'),
      ],
    ],
    ['of no guarded route', [ruled('GET /a', PUBLIC)]],
    ['of no route', []],
  ])('%s', (_, rules) => {
    expect(compileApiPolicy(rules)).toBeDefined();
  });
});

describe('an answer is for one route', () => {
  test.each<[string, RouteRule[]]>([
    [
      'where a route is nested in another whose last literals are the same',
      [
        scoped('GET /vans/{van}', 'vans:read'),
        scoped('GET /vans/{van}/stops', 'stops:read'),
        scoped('GET /vans/{van}/tours/{tour}/stops', 'tours:read'),
      ],
    ],
    [
      'beside a greedy parameter with other scopes',
      [scoped('GET /a/{rest+}', 'a:read'), scoped('GET /a/{x}', 'b:read')],
    ],
    [
      'where the denial of an item would take its list, with a slash at the end',
      [scoped('GET /{x+}', 'a:read'), scoped('GET /b/{y}', 'b:read'), scoped('GET /b', 'a:read')],
    ],
    [
      'where a literal of an exposed route has a colon',
      [scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/b:c', 'b:read')],
    ],
    ['where a literal is a dot segment', [scoped('GET /a/..', 'a:read'), scoped('GET /b', 'b:read')]],
    [
      'where a policy may be too long',
      Array.from({ length: 60 }, (_, index) => scoped(`GET /resource-${index}`, `r${index}:read`)),
    ],
  ])('%s', (_, rules) => {
    expect(compileApiPolicy(rules)).toBeUndefined();
    expect(answerForm(rules, 60, 'prod')).toBe('route');
  });

  test('where the gateway keeps no results, or its stage has a long name', () => {
    const rules = [scoped('GET /a', 'a:read')];
    expect(answerForm(rules, 60, 'prod')).toBe('api');
    expect(answerForm(rules, 0, 'prod')).toBe('route');
    expect(answerForm(rules, 60, 'a'.repeat(14))).toBe('api');
    expect(answerForm(rules, 60, 'a'.repeat(15))).toBe('route');
  });
});

describe('resources', () => {
  const allowed = (...rules: RouteRule[]) => compileApiPolicy(rules)?.groups.map((group) => group.allowed);

  test('leave out what another one of the same scopes has in it', () => {
    expect(
      allowed(scoped('GET /a', 'a:read'), scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/b', 'a:read')),
    ).toEqual([['GET/a', 'GET/a/*']]);
  });

  test('are collapsed to a path below which all has the same scopes, where they are many', () => {
    const many = Array.from({ length: 40 }, (_, index) => scoped(`GET /v1/orders/${index}/lines`, 'orders:read'));
    const others = [scoped('GET /v1/items', 'items:read'), ruled('GET /v1/orders/status', PUBLIC)];
    expect(allowed(...many, ...others)).toEqual([['GET/v1/orders/*'], ['GET/v1/items', 'GET/v1/items/']]);
  });

  test('are not collapsed to a path that any spelling of a route of other scopes lies below', () => {
    const many = Array.from({ length: 40 }, (_, index) => scoped(`GET /v1/orders/${index}`, 'orders:read'));
    expect(allowed(...many, scoped('GET /{version}/orders/secret', 'secret:read'))).toBeUndefined();
  });

  test('of public routes are neither allowed nor denied', () => {
    expect(
      JSON.stringify(compileApiPolicy([scoped('GET /a/{x}', 'a:read'), ruled('GET /a/{x}/b', PUBLIC)])),
    ).not.toContain('/b');
  });

  test('do not depend on the order of alternatives and scopes, which make one group', () => {
    const rules = [scoped('GET /a', 'a:read+b:read', 'c:read'), scoped('GET /b', 'c:read', 'b:read+a:read')];
    expect(compileApiPolicy(rules)?.groups).toHaveLength(1);
  });
});

test('a route is not exposed by requests that the gateway takes to another one', () => {
  const rules = [scoped('GET /{x}/b', 'a:read'), scoped('GET /a/{y}', 'c:read'), scoped('GET /a/b', 'a:read')];
  const [, ofItem] = compileApiPolicy(rules)?.groups ?? [];
  expect(ofItem).toEqual({ anyOf: [['c:read']], allowed: ['GET/a/*'] });
});

describe('spellings of an exposed route', () => {
  const encoded = (key: string) => compileApiPolicy([scoped('GET /v1/{x}', 'a:read'), scoped(key, 'b:read')])?.encoded;

  test('are those of the characters behind what both routes begin with', () => {
    expect(encoded('GET /v1/{x}/az')).toEqual(['*%2F*', '*%2f*', '*%6*', '*%7*']);
    expect(encoded('GET /v1/{x}/A-1_')).toEqual([
      ...['*%2F*', '*%2f*', '*%2D*', '*%2d*', '*%31*', '*%41*', '*%5F*', '*%5f*'],
    ]);
    expect(encoded('GET /v2/{x}/az')).toBeUndefined();
  });

  test('are an encoded slash where the rest of it are parameters', () => {
    expect(encoded('GET /v1/{x}/{y}/{z}')).toEqual(['*%2F*', '*%2f*']);
  });
});
