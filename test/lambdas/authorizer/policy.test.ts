import { buildPolicy, denyAll, forStage, grantsOf } from '../../../lambdas/authorizer/policy';
import { compileRoutes } from '../../../lambdas/authorizer/route-compiler';
import { routeTable } from '../../../lambdas/authorizer/route-table';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { evaluate } from './support/iam';
import { ruled, scoped } from './support/routing';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/live';
const VALID_UNTIL = Date.UTC(2030, 0, 2, 3, 4, 5) / 1000;

function grants(rules: readonly RouteRule[], ...scopes: string[]) {
  const table = routeTable(compileRoutes(rules));
  return grantsOf(table.routes, new Set(table.granted(scopes)));
}

function policy(rules: readonly RouteRule[], scopes: string[], cidrs: string[] = []) {
  return buildPolicy(forStage(STAGE, grants(rules, ...scopes)), VALID_UNTIL, cidrs);
}

describe('resources', () => {
  test('are those of the granted routes', () => {
    const rules = [scoped('GET /a', 'a:read'), scoped('POST /a', 'a:write'), scoped('GET /b/{x}', 'a:read')];
    expect(grants(rules, 'a:read')).toEqual({ allowed: ['GET/a', 'GET/b/*'], denied: [] });
  });

  test('deny an exposed deeper route that is not granted', () => {
    const rules = [scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/admin', 'a:admin')];
    expect(grants(rules, 'a:read').denied).toEqual(['GET/a/*/admin']);
    expect(grants(rules, 'a:read', 'a:admin').denied).toEqual([]);
  });

  test('deny no public and no IAM route: the authorizer is not asked about them', () => {
    const rules = [
      scoped('GET /a/{x}', 'a:read'),
      ruled('GET /a/{x}/status', { kind: 'public', reason: 'r' }),
      ruled('GET /a/{x}/internal', { kind: 'iam' }),
    ];
    expect(grants(rules, 'a:read').denied).toEqual([]);
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
        { Effect: 'Deny', Action, Resource: [`${STAGE}/GET/a/*/admin`] },
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
    ['dots', 'GET/a/../b', 'allow'],
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
