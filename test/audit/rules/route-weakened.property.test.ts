import fc from 'fast-check';
import type { AuditReport } from '../../../audit';
import type { JsonObject } from '../../../audit/json';
import { planBetween, type Values, withChanges } from '../between';
import { reportOf } from '../support';

const rule = fc.constantFrom<JsonObject>(
  { kind: 'scopes', anyOf: [['shop:read']] },
  { kind: 'scopes', anyOf: [['shop:*']] },
  { kind: 'scopes', anyOf: [['*']] },
  { kind: 'scopes', anyOf: [['shop:read'], ['shop:list']] },
  { kind: 'scopes', anyOf: [['shop:read', 'shop:list']] },
  { kind: 'authenticated', reason: 'tells who calls' },
  { kind: 'public', reason: 'status page' },
  { kind: 'iam' },
);

/** States of one API that differ in what a route asks for and how often it may be called. */
const state: fc.Arbitrary<Values> = fc
  .record({
    authorization: fc.constantFrom('CUSTOM', 'NONE', 'AWS_IAM'),
    key: fc.boolean(),
    ttl: fc.constantFrom(0, 60, 300),
    source: fc.constantFrom('method.request.header.Authorization', 'context.path'),
    rule,
    rate: fc.constantFrom(10, 50),
    quota: fc.constantFrom<JsonObject[]>([], [{ limit: 1000, period: 'DAY' }], [{ limit: 5000, period: 'MONTH' }]),
    stageRate: fc.constantFrom(100, 200),
    firewall: fc.boolean(),
  })
  .map(({ authorization, key, ttl, source, rule: declared, rate, quota, stageRate, firewall }) =>
    withChanges({
      'aws_api_gateway_method.m': {
        authorization,
        authorizer_id: authorization === 'CUSTOM' ? 'auth1' : null,
        api_key_required: key,
      },
      'aws_api_gateway_authorizer.tokens': { authorizer_result_ttl_in_seconds: ttl, identity_source: source },
      'aws_api_gateway_usage_plan.gold': {
        throttle_settings: [{ rate_limit: rate, burst_limit: 20 }],
        quota_settings: quota,
      },
      'aws_api_gateway_method_settings.all': {
        settings: [{ throttling_rate_limit: stageRate, throttling_burst_limit: 200 }],
      },
      'terraform_data.rules': { input: { api: 'shop', routes: { 'GET /': declared } } },
      ...(firewall ? {} : { 'aws_wafv2_web_acl_association.w': null }),
    }),
  );

function verdicts(report: AuditReport): Set<string> {
  return new Set(report.findings.filter((one) => one.rule === 'AUTHZ-002').map(({ verdict }) => verdict));
}

test('fails just where the matrix says weakened, is unknown just where it is, and passes otherwise', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(state, state, (before, after) => {
      const report = reportOf(planBetween(before, after));
      const [row] = report.matrix;
      const found = verdicts(report);
      seen.set(row?.change ?? '', (seen.get(row?.change ?? '') ?? 0) + 1);
      expect([row?.change, found.has('fail')]).toEqual([row?.change, row?.change === 'weakened']);
      expect([row?.change, found.has('unknown')]).toEqual([row?.change, false]);
      expect(row?.verdict === 'fail' || row?.change !== 'weakened').toBe(true);
    }),
    { numRuns: 500 },
  );
  expect([...seen.keys()].sort()).toEqual(expect.arrayContaining(['changed', 'strengthened', 'weakened']));
});

test('a scope that takes in another is more to ask for: strengthened in the matrix, and no failure', () => {
  const asking = (anyOf: string[][]) =>
    withChanges({ 'terraform_data.rules': { input: { api: 'shop', routes: { 'GET /': { kind: 'scopes', anyOf } } } } });
  const report = reportOf(planBetween(asking([['shop:read']]), asking([['shop:*']])));
  expect(report.matrix[0]?.change).toBe('strengthened');
  expect([...verdicts(report)]).toEqual(['pass']);
});

test('one setting that routes share is told once, and each of their rows fails', () => {
  const post = { ...withChanges({})['aws_api_gateway_method.m'], id: 'm2', http_method: 'POST' };
  const shop = (ttl: number): Values =>
    withChanges({
      'aws_api_gateway_method.post': post,
      'aws_api_gateway_authorizer.tokens': { authorizer_result_ttl_in_seconds: ttl },
    });
  const report = reportOf(planBetween(shop(60), shop(300)));
  const failed = report.findings.filter(({ rule, verdict }) => rule === 'AUTHZ-002' && verdict === 'fail');
  expect(failed).toMatchObject([
    {
      address: 'aws_api_gateway_authorizer.tokens',
      attribute: 'authorizer_result_ttl_in_seconds',
      message: 'seconds that an answer is kept 60 → 300, for 2 routes',
    },
  ]);
  expect(report.matrix.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
});
