import type { Credential } from '../../../lambdas/authorizer/credential';
import { decisionLog, describeError } from '../../../lambdas/authorizer/decision-log';
import type { DecisionRecord } from '../../../lambdas/authorizer/ports';
import { formatLogLine, type LogEntry } from '../../../lambdas/lib/log';

const credential: Credential = {
  authMethod: 'api_token',
  tokenId: 'id',
  principal: 'api_token|urn:gatehouse:platform:dev|id',
  issuer: 'urn:gatehouse:platform:dev',
  subject: 'id',
  application: 'homepage',
  environment: 'dev',
  scopes: ['a:read'],
  issuedAt: 1_700_000_000,
  expiresAt: 2,
  refusedFrom: 2,
  secretGeneration: 1,
  cidrs: ['192.0.2.0/24'],
  usageKey: 'canary-usage-key',
};
const record: DecisionRecord = {
  decision: 'allow',
  reason: 'ok',
  request: {
    api: 'sales',
    stage: 'dev',
    stageArn: 'arn',
    method: 'GET',
    path: '/v1/sales/{region}',
    isResultPerRoute: false,
    requestId: 'r1',
    sourceIp: '192.0.2.1',
  },
  route: 'GET /v1/sales/{region}',
  tokenId: 'id',
  credential,
  cacheHit: false,
  latencyMs: 3,
  error: undefined,
};

function lines(...records: DecisionRecord[]): Record<string, unknown>[] {
  const entries: LogEntry[] = [];
  const log = decisionLog((entry) => entries.push(entry), 'acme/Auth');
  records.forEach(log);
  return entries.map((entry) => JSON.parse(formatLogLine(entry, 0)));
}

test('has the fields that queries use', () => {
  expect(lines(record)[0]).toMatchObject({
    level: 'info',
    evt: 'auth.decision',
    decision: 'allow',
    route: 'GET /v1/sales/{region}',
    requestId: 'r1',
    tokenId: 'id',
    application: 'homepage',
    authMethod: 'api_token',
    secretGeneration: 1,
    cacheHit: false,
    coldStart: true,
    Service: 'sales',
    Stage: 'dev',
    Reason: 'ok',
    AuthDecisions: 1,
    AuthDenied: 0,
    AuthErrors: 0,
    AuthLatency: 3,
  });
});

test('names the claim that a token is refused for', () => {
  const refused = {
    ...record,
    decision: 'unauthorized',
    reason: 'bad_claims',
    claim: 'exp',
    credential: undefined,
  } as const;
  expect(lines(refused, record).map(({ Reason, claim }) => [Reason, claim])).toEqual([
    ['bad_claims', 'exp'],
    ['ok', undefined],
  ]);
});

test('only the first line is that of a cold start', () => {
  expect(lines(record, record).map((line) => line.coldStart)).toEqual([true, false]);
});

test.each([
  ['allow', { AuthDenied: 0, AuthErrors: 0 }],
  ['deny', { AuthDenied: 1, AuthErrors: 0 }],
  ['unauthorized', { AuthDenied: 1, AuthErrors: 0 }],
  ['error', { AuthDenied: 0, AuthErrors: 1 }],
] as const)('counts the decision %s', (decision, counts) => {
  expect(lines({ ...record, decision })[0]).toMatchObject(counts);
});

test('has no id, address or token among the dimensions', () => {
  const [{ _aws: directive } = {}] = lines(record);
  expect(directive).toMatchObject({
    CloudWatchMetrics: [
      {
        Namespace: 'acme/Auth',
        Dimensions: [
          ['Service', 'Stage'],
          ['Service', 'Stage', 'Reason'],
        ],
      },
    ],
  });
});

test('holds neither usage key nor address nor networks', () => {
  expect(JSON.stringify(lines(record))).not.toMatch(/canary|192\.0\.2/);
});

test('an event that could not be read has unknown dimensions', () => {
  const unread = {
    ...record,
    decision: 'error',
    reason: 'config_error',
    request: undefined,
    credential: undefined,
  } as const;
  expect(lines({ ...unread, error: new Error('what', { cause: new TypeError('why') }) })[0]).toMatchObject({
    level: 'error',
    Service: 'unknown',
    Stage: 'unknown',
    error: 'Error: what; TypeError: why',
  });
});

test.each([
  ['text', 'string: '],
  [undefined, 'undefined: '],
])('an error that is %j is described', (error, expected) => {
  expect(describeError(error)).toBe(expected);
});

describe('rules that are not enforced', () => {
  test('leave no trace where they decide the same', () => {
    const [line] = lines(record);
    expect(Object.keys(line ?? {}).filter((name) => /shadow/i.test(name))).toEqual([]);
  });

  test('are logged and counted where they decide otherwise', () => {
    const [line] = lines({ ...record, shadow: { decision: 'deny', reason: 'scope_denied' } });
    expect(line).toMatchObject({ decision: 'allow', shadowDecision: 'deny', shadowReason: 'scope_denied' });
    expect(line).toMatchObject({ AuthShadowDifferences: 1 });
  });
});

test('an answer that is too long has a metric of its own', () => {
  const [line, other] = lines({ ...record, decision: 'error', reason: 'output_too_large' }, record);
  expect(line).toMatchObject({ AuthOutputTooLarge: 1, AuthErrors: 1 });
  expect(other).not.toHaveProperty('AuthOutputTooLarge');
});
