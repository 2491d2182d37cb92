import { auditPath } from '../../../audit';
import type { JsonObject } from '../../../audit/json';
import { accessRules, apiWithMethod, fixture, type PlannedResource, planOf, refer, reportOf } from '../support';

/** Verdict, rule and scopes of the only row of a plan. */
function judge(plan: JsonObject) {
  const { matrix, findings } = reportOf(plan);
  const row = matrix[0];
  const finding = findings.find(({ rule }) => rule === 'AUTHZ-001');
  return { verdict: finding?.verdict, rule: row?.accessRule, scopes: row?.scopes, message: finding?.message };
}

const AUTHORIZER: PlannedResource = {
  type: 'aws_api_gateway_authorizer',
  name: 'z',
  after: { name: 'z', type: 'REQUEST' },
  unknown: { id: true, rest_api_id: true },
  expressions: { rest_api_id: refer('aws_api_gateway_rest_api.a.id', 'aws_api_gateway_rest_api.a') },
};

/** A method that the authorizer guards; its id is known so that no expression is needed. */
const guarded = (...extra: PlannedResource[]) =>
  apiWithMethod({ authorization: 'CUSTOM', authorizer_id: 'z1' }, [
    { ...AUTHORIZER, after: { ...AUTHORIZER.after, id: 'z1' }, unknown: { rest_api_id: true } },
    ...extra,
  ]);
const open = (...extra: PlannedResource[]) => apiWithMethod({ authorization: 'NONE' }, extra);
const signed = (...extra: PlannedResource[]) => apiWithMethod({ authorization: 'AWS_IAM' }, extra);

const SCOPES = { 'GET /': { kind: 'scopes', anyOf: [['a:read'], ['b:read', 'c:read']] } };
const PUBLIC = { 'GET /': { kind: 'public', reason: 'status page' } };
const AUTHENTICATED = { 'GET /': { kind: 'authenticated', reason: 'tells who calls' } };
const IAM = { 'GET /': { kind: 'iam' } };

describe('what the method enforces against what is declared', () => {
  test.each([
    ['guarded, scopes', guarded(accessRules(SCOPES)), 'pass', 'scopes', 'a:read or (b:read + c:read)'],
    ['guarded, no table', guarded(), 'pass', 'authorizer', '?'],
    ['guarded, not in the table', guarded(accessRules({})), 'fail', 'none', '-'],
    ['guarded, declared public', guarded(accessRules(PUBLIC)), 'fail', 'authorizer', '-'],
    ['guarded, declared iam', guarded(accessRules(IAM)), 'fail', 'authorizer', '-'],
    ['guarded, authenticated', guarded(accessRules(AUTHENTICATED)), 'pass', 'authenticated (tells who calls)', '-'],
    ['open, declared authenticated', open(accessRules(AUTHENTICATED)), 'fail', 'none', '-'],
    ['signed, declared authenticated', signed(accessRules(AUTHENTICATED)), 'fail', 'iam', '-'],
    ['open, declared public', open(accessRules(PUBLIC)), 'pass', 'public (status page)', '-'],
    ['open, no table', open(), 'fail', 'none', '-'],
    ['open, not in the table', open(accessRules({})), 'fail', 'none', '-'],
    ['open, declared scopes', open(accessRules(SCOPES)), 'fail', 'none', 'a:read or (b:read + c:read)'],
    ['open, declared iam', open(accessRules(IAM)), 'fail', 'none', '-'],
    ['signed, no table', signed(), 'pass', 'iam', '-'],
    ['signed, declared iam', signed(accessRules(IAM)), 'pass', 'iam', '-'],
    ['signed, declared scopes', signed(accessRules(SCOPES)), 'fail', 'iam', 'a:read or (b:read + c:read)'],
    ['signed, declared public', signed(accessRules(PUBLIC)), 'fail', 'iam', '-'],
  ])('%s', (_, plan, verdict, rule, scopes) => {
    expect(judge(plan)).toMatchObject({ verdict, rule, scopes });
  });

  test.each([
    ['public without a reason', { kind: 'public', reason: '  ' }],
    ['public with no reason member', { kind: 'public' }],
    ['authenticated without a reason', { kind: 'authenticated', reason: '' }],
    ['authenticated with scopes for a reason', { kind: 'authenticated', anyOf: [['a:read']] }],
    ['no scopes', { kind: 'scopes', anyOf: [] }],
    ['an alternative without scopes', { kind: 'scopes', anyOf: [['a:read'], []] }],
    ['a scope with a blank', { kind: 'scopes', anyOf: [['a:read b:read']] }],
    ['a scope with a quote', { kind: 'scopes', anyOf: [['a:read'], ['"a:read"']] }],
    ['another kind', { kind: 'everybody' }],
    ['no kind', { reason: 'x' }],
  ])('a rule with %s is no rule', (_, rule) => {
    expect(judge(open(accessRules({ 'GET /': rule })))).toMatchObject({ verdict: 'fail', rule: 'none' });
    expect(judge(guarded(accessRules({ 'GET /': rule })))).toMatchObject({ verdict: 'fail', rule: 'none' });
  });

  test('scopes that API Gateway checks itself are a rule', () => {
    const plan = apiWithMethod(
      { authorization: 'COGNITO_USER_POOLS', authorizer_id: 'z1', authorization_scopes: ['b', 'a'] },
      [{ ...AUTHORIZER, after: { ...AUTHORIZER.after, id: 'z1' }, unknown: { rest_api_id: true } }],
    );

    expect(judge(plan)).toMatchObject({ verdict: 'pass', rule: 'scopes', scopes: 'b or a' });
  });

  test('an authorization that is not set is NONE', () => {
    expect(judge(apiWithMethod({}))).toMatchObject({ verdict: 'fail', rule: 'none' });
  });

  test('an API key alone is no access rule: AUTHZ-003 says so', () => {
    const plan = apiWithMethod({ authorization: 'NONE', api_key_required: true });

    const aboutMethod = reportOf(plan).findings.filter(({ address }) => address === 'aws_api_gateway_method.m');

    expect(aboutMethod).toMatchObject([{ rule: 'AUTHZ-003', verdict: 'fail' }]);
  });
});

describe('OPTIONS', () => {
  const integration = (type: string): PlannedResource => ({
    type: 'aws_api_gateway_integration',
    name: 'i',
    after: { type, http_method: 'OPTIONS' },
    unknown: { rest_api_id: true, resource_id: true },
    expressions: {
      resource_id: refer('aws_api_gateway_rest_api.a.root_resource_id', 'aws_api_gateway_rest_api.a'),
      http_method: { constant_value: 'OPTIONS' },
    },
  });
  const preflight = (...extra: PlannedResource[]) =>
    apiWithMethod({ authorization: 'NONE', http_method: 'OPTIONS' }, extra);

  test('that API Gateway answers itself is a preflight', () => {
    expect(judge(preflight(integration('MOCK')))).toMatchObject({ verdict: 'pass', rule: 'public (CORS preflight)' });
  });

  // A browser sends no credential with it: a framework that answers it could not ask for one.
  test.each(['AWS_PROXY', 'HTTP_PROXY'])('that its backend answers by %s is a preflight too', (type) => {
    expect(judge(preflight(integration(type)))).toMatchObject({
      verdict: 'pass',
      rule: 'public (CORS preflight of its backend)',
    });
  });

  test('that its backend answers is a route like any other where the access rules of its API do not list it', () => {
    expect(judge(preflight(integration('AWS_PROXY'), accessRules({})))).toMatchObject({
      verdict: 'fail',
      rule: 'none',
    });
  });

  test.each(['AWS', 'HTTP'])('that reaches a service by %s is a route like any other', (type) => {
    expect(judge(preflight(integration(type)))).toMatchObject({ verdict: 'fail', rule: 'none' });
  });

  test('without an integration is a route like any other', () => {
    expect(judge(preflight())).toMatchObject({ verdict: 'fail', rule: 'none' });
  });

  test('another method with a MOCK integration is no preflight', () => {
    const mock = { ...integration('MOCK'), after: { type: 'MOCK', http_method: 'GET' } };

    expect(judge(open(mock)).verdict).toBe('fail');
  });
});

describe('unknown is not pass', () => {
  test('an authorization that is not known', () => {
    const plan = apiWithMethod({});
    const changes = JSON.stringify(plan).replace(
      '"rest_api_id":true,"resource_id":true',
      '"rest_api_id":true,"resource_id":true,"authorization":true',
    );

    expect(judge(JSON.parse(changes) as JsonObject)).toMatchObject({
      verdict: 'unknown',
      rule: 'unknown',
      scopes: '?',
    });
  });

  test('a table whose input is not known may hold the rule', () => {
    const table = accessRules({}, { after: {}, unknown: { input: true } });

    expect(judge(open(table))).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('terraform_data.rules'),
    });
  });

  test('a rule with an unknown part', () => {
    const table = accessRules(
      { 'GET /': { kind: 'public' } },
      { unknown: { input: { routes: { 'GET /': { reason: true } } } } },
    );

    expect(judge(open(table)).verdict).toBe('unknown');
  });

  test('a method whose API is not known has a row', () => {
    const { matrix, findings } = reportOf(
      planOf([
        {
          type: 'aws_api_gateway_method',
          name: 'm',
          after: { http_method: 'GET', authorization: 'NONE' },
          unknown: { rest_api_id: true },
        },
      ]),
    );

    expect(matrix).toMatchObject([{ api: '(unknown API)', path: '?', verdict: 'fail' }]);
    expect(findings).toHaveLength(1);
  });
});

describe('tables of access rules', () => {
  test('a rule for a route that does not exist is told', () => {
    const { notJudged } = reportOf(open(accessRules({ ...PUBLIC, 'GET /gone': { kind: 'iam' } })));

    expect(notJudged).toEqual([
      { stack: 'stack', subject: 'aws_api_gateway_rest_api.a', reason: expect.stringContaining('GET /gone') },
    ]);
  });

  test('two rules for one route are no rule', () => {
    const plan = open(accessRules(PUBLIC), accessRules(SCOPES, { name: 'again' }));

    expect(judge(plan)).toMatchObject({ verdict: 'fail', message: expect.stringContaining('two tables') });
  });

  test('terraform_data of another use is left alone', () => {
    expect(judge(open(accessRules({}, { after: { input: 'v1' } }), accessRules(PUBLIC, { name: 't' }))).verdict).toBe(
      'pass',
    );
  });

  test('of two APIs, the one whose stage variable names the table', () => {
    const other: PlannedResource = {
      type: 'aws_api_gateway_rest_api',
      name: 'b',
      after: { name: 'api' },
      unknown: { id: true },
    };
    const stage: PlannedResource = {
      type: 'aws_api_gateway_stage',
      name: 's',
      after: { stage_name: 'dev', variables: { gatehouseApi: 'api' } },
      unknown: { rest_api_id: true },
      expressions: { rest_api_id: refer('aws_api_gateway_rest_api.a.id', 'aws_api_gateway_rest_api.a') },
    };

    expect(judge(open(accessRules(PUBLIC), other, stage)).verdict).toBe('pass');
  });

  test('of two APIs that both fit, neither', () => {
    const other: PlannedResource = {
      type: 'aws_api_gateway_rest_api',
      name: 'b',
      after: { name: 'api' },
      unknown: { id: true },
    };

    const { notJudged } = reportOf(open(accessRules(PUBLIC), other));

    expect(notJudged.map(({ subject }) => subject)).toContain('terraform_data.rules');
  });
});

describe('plans of real Terraform', () => {
  const verdicts = (name: string) =>
    Object.fromEntries(
      auditPath(fixture(name))
        .findings.filter(({ rule }) => rule === 'AUTHZ-001')
        .map(({ address, attribute, verdict }) => [
          attribute ?? address.replace(/^.*aws_api_gateway_method\./, ''),
          verdict,
        ]),
    );

  test('routes without a rule', () => {
    expect(verdicts('route-without-rule')).toEqual({
      foreign_authorizer: 'pass',
      no_authorizer: 'unknown',
      open: 'fail',
      options: 'fail',
      undeclared: 'fail',
      unenforced: 'fail',
    });
  });

  test('an OpenAPI body', () => {
    expect(verdicts('openapi-body')).toEqual({
      'body paths["/reports"].delete': 'pass',
      'body paths["/reports"].get': 'pass',
      'body paths["/reports"].options': 'pass',
      'body paths["/reports"].patch': 'unknown',
      'body paths["/reports"].post': 'fail',
      'body paths["/reports"].put': 'pass',
      'body paths["/status"].get': 'pass',
      'body paths["/{proxy+}"].x-amazon-apigateway-any-method': 'fail',
    });
  });

  test('an authorization that became NONE, joined by ids', () => {
    expect(verdicts('later-plan')).toEqual({ create: 'pass', elsewhere: 'pass', list: 'fail', old_guard: 'unknown' });
  });
});
