import type { MatrixRow } from '../../../audit';
import { auditPath, EXIT_CODES, exitCode } from '../../../audit';
import { byRule } from '../../../audit/change/route-change';
import type { JsonObject } from '../../../audit/json';
import { planBetween, STATE, type Values, withChanges } from '../between';
import { fixture, reportOf } from '../support';

/** The row of the route after a change of the state. */
function changed(changes: Values, before: Values = {}): Pick<MatrixRow, 'change' | 'changes'> | undefined {
  const [row] = reportOf(planBetween(withChanges(before), withChanges(changes))).matrix;
  return row && { change: row.change, changes: row.changes };
}

const METHOD = 'aws_api_gateway_method.m';
const AUTHORIZER = 'aws_api_gateway_authorizer.tokens';
const SETTINGS = 'aws_api_gateway_method_settings.all';
const PLAN = 'aws_api_gateway_usage_plan.gold';
const rules = (rule: JsonObject) => ({ 'terraform_data.rules': { input: { api: 'shop', routes: { 'GET /': rule } } } });

/** A weakening, and its text; turned round it is a strengthening. */
const weakenings: Readonly<Record<string, [Values, string]>> = {
  'no authorization': [{ [METHOD]: { authorization: 'NONE', authorizer_id: null } }, 'authorization CUSTOM → NONE'],
  'no API key': [{ [METHOD]: { api_key_required: false } }, 'API key required → not required'],
  'an answer that is kept longer': [
    { [AUTHORIZER]: { authorizer_result_ttl_in_seconds: 300 } },
    'seconds that an answer is kept 60 → 300',
  ],
  'a second alternative of scopes': [
    rules({ kind: 'scopes', anyOf: [['shop:read'], ['shop:list']] }),
    'access rule shop:read → shop:read or shop:list',
  ],
  'a higher rate of the usage plan': [
    { [PLAN]: { throttle_settings: [{ rate_limit: 50, burst_limit: 20 }] } },
    'rate of stage live, usage plan gold 10 → 50',
  ],
  'a higher quota': [
    { [PLAN]: { quota_settings: [{ limit: 5000, period: 'DAY' }] } },
    'quota of usage plan gold 1000 a DAY → 5000 a DAY',
  ],
  'no quota': [{ [PLAN]: { quota_settings: [] } }, 'quota of usage plan gold 1000 a DAY → none'],
  'no web ACL': [{ 'aws_wafv2_web_acl_association.w': null }, 'web ACL of stage live there → none'],
};

describe('a route is weakened by', () => {
  test.each(Object.entries(weakenings))('%s', (_, [changes, text]) => {
    const row = changed(changes);
    expect(row?.change).toBe('weakened');
    expect(row?.changes).toContain(`weakened: ${text}`);
  });

  test('a higher throttle of the stage, where no plan has its own', () => {
    const withoutPlan = { [PLAN]: null };
    const settings = [{ throttling_rate_limit: 1000, throttling_burst_limit: 200 }];
    expect(changed({ ...withoutPlan, [SETTINGS]: { settings } }, withoutPlan)).toEqual({
      change: 'weakened',
      changes: ['weakened: rate of stage live 100 → 1000'],
    });
  });

  test('one of two changes, though the other strengthens it', () => {
    const row = changed({
      [AUTHORIZER]: { authorizer_result_ttl_in_seconds: 0 },
      [METHOD]: { api_key_required: false },
    });
    expect(row).toEqual({
      change: 'weakened',
      changes: ['strengthened: seconds that an answer is kept 60 → 0', 'weakened: API key required → not required'],
    });
  });
});

test.each(Object.entries(weakenings))('turned round it is strengthened: %s', (_, [changes]) => {
  const back = Object.fromEntries(Object.keys(changes).map((address) => [address, STATE[address] ?? null]));
  expect(changed(back, changes)?.change).toBe('strengthened');
});

describe('a route is changed, in a way without order, by', () => {
  test.each<[string, Values]>([
    ['another kind of authorization', { [METHOD]: { authorization: 'AWS_IAM', authorizer_id: null } }],
    ['another authorizer', { [METHOD]: { authorizer_id: 'auth2' } }],
    ['other scopes', rules({ kind: 'scopes', anyOf: [['shop:list']] })],
    ['more in a longer period', { [PLAN]: { quota_settings: [{ limit: 5000, period: 'MONTH' }] } }],
  ])('%s', (_, changes) => {
    expect(changed(changes)?.change).toBe('changed');
  });
});

test('as many requests in a longer period are fewer', () => {
  expect(changed({ [PLAN]: { quota_settings: [{ limit: 1000, period: 'WEEK' }] } })?.change).toBe('strengthened');
});

test('a plan that changes nothing leaves every route the same', () => {
  expect(changed({})).toEqual({ change: 'same', changes: [] });
});

test('what is known only after apply makes the change unknown', () => {
  const plan = planBetween(STATE, STATE);
  const changes = plan.resource_changes as JsonObject[];
  const method = changes.find(({ address }) => address === METHOD)?.change as JsonObject;
  method.after = { ...(method.after as JsonObject), authorization: null };
  method.after_unknown = { authorization: true };
  const [row] = reportOf(plan).matrix;
  expect(row?.change).toBe('unknown');
  expect(row?.changes).toContain('unknown: authorization CUSTOM → ?');
});

test('what is not known before and after is not taken for the same', () => {
  const plan = planBetween(STATE, STATE);
  for (const entry of plan.resource_changes as JsonObject[]) {
    if (entry.address === METHOD) {
      const change = entry.change as JsonObject;
      change.after = { http_method: 'GET', resource_id: 'root1', rest_api_id: 'api1' };
      change.after_unknown = { authorization: true, authorizer_id: true, api_key_required: true };
    }
  }
  const [row] = reportOf(plan).matrix;
  expect(row?.change).toBe('unknown');
  expect(row?.changes).toEqual(expect.arrayContaining(['unknown: authorizer authorizer → ?']));
});

test('an authorizer outside the plan is the same by its id, and otherwise unknown', () => {
  const outside = (id: string): Values => withChanges({ [METHOD]: { authorizer_id: id } });
  const change = (before: Values, after: Values) => reportOf(planBetween(before, after)).matrix[0]?.change;
  expect(change(outside('auth9'), outside('auth9'))).toBe('same');
  expect(change(outside('auth8'), outside('auth9'))).toBe('unknown');
  expect(change(STATE, outside('auth9'))).toBe('unknown');
});

test('a new route is added, and one that goes stays in the matrix as removed', () => {
  const POST = 'aws_api_gateway_method.post';
  const post = { ...STATE[METHOD], id: 'm2', http_method: 'POST' };
  const added = reportOf(planBetween(STATE, { ...STATE, [POST]: post })).matrix;
  const removed = reportOf(planBetween({ ...STATE, [POST]: post }, STATE)).matrix;
  const byMethod = (rows: readonly MatrixRow[]) => rows.map(({ method, change }) => `${method} ${change}`);
  expect(byMethod(added)).toEqual(['GET same', 'POST added']);
  expect(byMethod(removed)).toEqual(['GET same', 'POST removed']);
});

test('a method with a new address is the same route', () => {
  const { [METHOD]: method, ...rest } = STATE;
  expect(reportOf(planBetween(STATE, { ...rest, 'aws_api_gateway_method.renamed': method ?? null })).matrix).toEqual([
    expect.objectContaining({ change: 'same' }),
  ]);
});

test('a plan of real Terraform over a state shows the route that it opens', () => {
  const rows = auditPath(fixture('later-plan')).matrix.map(({ method, api, change, changes }) => ({
    route: `${method} ${api}`,
    change,
    changes,
  }));
  expect(rows.find(({ route }) => route === 'GET acme-live-orders')).toEqual({
    route: 'GET acme-live-orders',
    change: 'weakened',
    changes: ['weakened: authorization CUSTOM → NONE'],
  });
  expect(rows.filter(({ change }) => change === 'added').length).toBe(rows.length - 1);
});

test('fewer identity sources weaken a route, more strengthen it', () => {
  const sources = (identity_source: string): Values => ({ [AUTHORIZER]: { identity_source } });
  const [header, both] = [
    'method.request.header.Authorization',
    'method.request.header.Authorization, context.httpMethod',
  ];

  expect(changed(sources(header), sources(both))?.change).toBe('weakened');
  expect(changed(sources(both), sources(header))?.change).toBe('strengthened');
});

test('scopes in place of IAM have no order, though the authorization has one', () => {
  const [scopes, iam] = [{ kind: 'scopes', anyOf: [['a:read']], sensitive: false } as const, { kind: 'iam' } as const];

  expect([byRule(scopes, iam), byRule(iam, scopes)]).toEqual(['incomparable', 'incomparable']);
});

test('scopes, every valid credential and everybody are weaker in this order', () => {
  const scopes = { kind: 'scopes', anyOf: [['a:read']], sensitive: false } as const;
  const authenticated = { kind: 'authenticated', reason: 'r', sensitive: false } as const;
  const open = { kind: 'public', reason: 'r', sensitive: false } as const;

  expect([byRule(scopes, authenticated), byRule(authenticated, open), byRule(scopes, open)]).toEqual(
    Array(3).fill('weaker'),
  );
  expect([byRule(authenticated, scopes), byRule(open, authenticated)]).toEqual(Array(2).fill('stronger'));
  expect(byRule(authenticated, authenticated)).toBe('same');
});

test('a credential of the platform in place of one of AWS has no order', () => {
  const authenticated = { kind: 'authenticated', reason: 'r', sensitive: false } as const;

  expect([byRule(authenticated, { kind: 'iam' }), byRule({ kind: 'iam' }, authenticated)]).toEqual(
    Array(2).fill('incomparable'),
  );
});

describe('a plan that changes a route', () => {
  const report = reportOf(planBetween(STATE, withChanges({ [METHOD]: { authorizer_id: 'auth2' } })));

  test('fails where the policy says that changes do, whatever its findings', () => {
    expect(exitCode(report, { failOn: 'critical' })).toBe(EXIT_CODES.ok);
    expect(exitCode(report, { failOn: 'critical', changed: true })).toBe(EXIT_CODES.findings);
  });

  test('and one that changes nothing does not', () => {
    const same = reportOf(planBetween(STATE, STATE));
    expect(exitCode(same, { failOn: 'critical', changed: true })).toBe(EXIT_CODES.ok);
  });
});
