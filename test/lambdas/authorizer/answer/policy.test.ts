import { apiGrants, buildPolicy, denyAll, forStage, routeGrants } from '../../../../lambdas/authorizer/answer/policy';
import { compileApiPolicy } from '../../../../lambdas/authorizer/answer/policy-compiler';
import { covers } from '../../../../lambdas/authorizer/answer/unusual-path';
import { compileRoutes } from '../../../../lambdas/authorizer/routes/route-compiler';
import { routeTable } from '../../../../lambdas/authorizer/routes/route-table';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';
import { evaluate } from '../support/iam';
import { scoped } from '../support/routing';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/live';
const VALID_UNTIL = Date.UTC(2030, 0, 2, 3, 4, 5) / 1000;

/** Denials of other spellings of a path, which every policy with a star has. */
const UNUSUAL = ['*//*', '*/./*', '*/../*', '*/.', '*/..', '*%2E*', '*%2e*'];

function grants(rules: readonly RouteRule[], ...scopes: string[]) {
  const compiled = compileApiPolicy(rules);
  if (!compiled) {
    throw new Error('no policy for the whole API is exact');
  }
  return apiGrants(compiled, scopes);
}

function policy(rules: readonly RouteRule[], scopes: string[], cidrs: string[] = []) {
  return buildPolicy(forStage(STAGE, grants(rules, ...scopes)), VALID_UNTIL, cidrs);
}

describe('resources of a policy for the whole API', () => {
  test('are those of the granted routes, with and without a slash at the end', () => {
    const rules = [scoped('GET /a', 'a:read'), scoped('POST /a', 'a:write'), scoped('GET /b', 'a:read')];
    expect(grants(rules, 'a:read')).toEqual({ allowed: ['GET/a', 'GET/a/', 'GET/b', 'GET/b/'], denied: [] });
    expect(grants(rules, 'z:read')).toEqual({ allowed: [], denied: [] });
  });

  test('deny other spellings of a path where a star could take them', () => {
    const rules = [scoped('GET /a/{x}', 'a:read'), scoped('GET /b', 'b:read')];
    expect(grants(rules, 'a:read')).toEqual({
      allowed: ['GET/a/*'],
      denied: [...UNUSUAL, '*%2F..*', '*%2f..*', '*/..%2F*', '*/..%2f*'],
    });
    expect(grants(rules, 'b:read').denied).toEqual([]);
  });

  test('deny an exposed deeper route that is withheld, in every spelling', () => {
    const rules = [scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/admin', 'a:admin')];
    expect(grants(rules, 'a:read').denied).toEqual([
      ...UNUSUAL,
      ...['*%2F*', '*%2f*', '*%6*'],
      ...['GET/a/*/admin', 'GET/a/*/admin/'],
    ]);
    expect(grants(rules, 'a:read', 'a:admin').denied).not.toContain('GET/a/*/admin');
    expect(grants(rules, 'a:admin').denied).not.toContain('GET/a/*/admin');
  });
});

describe('resources of a policy for one route', () => {
  const { routes } = routeTable(
    compileRoutes([scoped('GET /a/{x}', 'a:b'), scoped('GET /a/{x}/b', 'a:b'), scoped('PUT /', 'a:b')]),
  );

  test('are its own, with and without a slash at the end', () => {
    expect(routes.map(routeGrants)).toEqual([
      { allowed: ['GET/a/*'], denied: [] },
      { allowed: ['GET/a/*/b', 'GET/a/*/b/'], denied: [] },
      { allowed: ['PUT/'], denied: [] },
    ]);
  });
});

describe('resources cover a path', () => {
  test.each([
    [['GET/a'], [], 'GET/a', true],
    [['GET/a'], [], 'GET/a/', false],
    [['GET/a/*'], [], 'GET/a/', true],
    [['GET/a/*'], [], 'GET/a/b/c', true],
    [['GET/*/b'], [], 'GET/a/x/b', true],
    [['GET/*/b/*/b'], [], 'GET/a/b/b', false],
    [['GET/*/b'], [], 'GET/b', false],
    [['GET/a/*'], ['*%2F*'], 'GET/a/x%2Fy', false],
    [['GET/a/*'], ['*/..'], 'GET/a/..', false],
    [['GET/a/*'], ['*/..'], 'GET/a/..b', true],
    [['GET/*a'], [], 'GET/a', true],
    [['GET/a*a'], [], 'GET/a', false],
    [[], [], 'GET/a', false],
  ])('%j without %j, %s: %s, as IAM compares them', (allowed, denied, path, expected) => {
    expect(covers({ allowed, denied }, path)).toBe(expected);
    const found = buildPolicy(forStage(STAGE, { allowed, denied }), VALID_UNTIL, []);
    expect(evaluate(found, { arn: `${STAGE}/${path}` }) === 'allow').toBe(expected);
  });
});

describe('policy', () => {
  const rules = [scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/admin', 'a:admin'), scoped('GET /b', 'b:read')];

  test('states each limit as a condition of the Allow and as a Deny', () => {
    const time = { 'aws:CurrentTime': '2030-01-02T03:04:05Z' };
    const networks = { 'aws:SourceIp': ['192.0.2.0/24'] };
    const Action = 'execute-api:Invoke';
    const everything = [`${STAGE}/*`];
    const granted = [`${STAGE}/GET/a/*`];
    expect(policy(rules, ['a:read'], ['192.0.2.0/24'])).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action, Resource: granted, Condition: { DateLessThan: time, IpAddress: networks } },
        { Effect: 'Deny', Action, NotResource: granted },
        { Effect: 'Deny', Action, Resource: everything, Condition: { DateGreaterThanEquals: time } },
        {
          Effect: 'Deny',
          Action,
          Resource: [...UNUSUAL, '*%2F*', '*%2f*', '*%6*', 'GET/a/*/admin', 'GET/a/*/admin/'].map(
            (resource) => `${STAGE}/${resource}`,
          ),
        },
        { Effect: 'Deny', Action, Resource: everything, Condition: { NotIpAddress: networks } },
      ],
    });
  });

  test('has no condition on the address where any is allowed', () => {
    expect(JSON.stringify(policy(rules, ['a:read']))).not.toContain('SourceIp');
  });

  test('without a granted route denies the whole stage and has no empty list', () => {
    expect(policy(rules, ['z:read'])).toEqual(denyAll(STAGE));
    expect(denyAll(STAGE).Statement).toEqual([
      { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: [`${STAGE}/*`] },
    ]);
  });

  test('ends a second early rather than late where the expiry has a fraction', () => {
    const fractional = buildPolicy(forStage(STAGE, grants(rules, 'a:read')), VALID_UNTIL + 0.9, []);
    expect(evaluate(fractional, { arn: `${STAGE}/GET/a/1`, now: VALID_UNTIL })).toBe('explicit deny');
  });

  test.each([
    ['the granted route', 'GET/a/1', 'allow'],
    ['its neighbour below, which a star reaches', 'GET/a/1/admin', 'explicit deny'],
    ['another route', 'GET/b', 'explicit deny'],
    ['another method', 'DELETE/a/1', 'explicit deny'],
    ['a method in lower case', 'get/a/1', 'explicit deny'],
    ['a star as a segment', 'GET/*', 'explicit deny'],
    ['the neighbour below, with a slash at the end', 'GET/a/1/admin/', 'explicit deny'],
    ['the neighbour below, spelled otherwise', 'GET/a/1/%61dmin', 'explicit deny'],
    ['the granted route, with a slash at the end', 'GET/a/1/', 'allow'],
    ['dots', 'GET/a/../b', 'explicit deny'],
    ['the collection above', 'GET/a', 'explicit deny'],
    ['a slash at the end of another route', 'GET/b/', 'explicit deny'],
  ])('answers for %s', (_, path, verdict) => {
    expect(evaluate(policy(rules, ['a:read']), { arn: `${STAGE}/${path}` })).toBe(verdict);
  });

  test('serves no other stage and no other API', () => {
    const found = policy(rules, ['*']);
    expect(evaluate(found, { arn: `${STAGE.replace('live', 'beta')}/GET/b` })).toBe('explicit deny');
    expect(evaluate(found, { arn: `${STAGE.replace('abcdef1234', 'other')}/GET/b` })).toBe('explicit deny');
  });
});
