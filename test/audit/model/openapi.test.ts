import type { JsonObject } from '../../../audit/json';
import { planOf, reportOf } from '../support';

const AUTHORIZER = {
  type: 'request',
  authorizerUri: 'arn:aws:lambda',
  identitySource: 'method.request.header.X-Token',
};
const SCHEMES: JsonObject = {
  tokens: { type: 'apiKey', in: 'header', name: 'X-Token', 'x-amazon-apigateway-authorizer': AUTHORIZER },
  other: { type: 'apiKey', in: 'header', name: 'X-Other', 'x-amazon-apigateway-authorizer': AUTHORIZER },
  pool: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools' },
  },
  sigv4: { type: 'apiKey', in: 'header', name: 'Authorization', 'x-amazon-apigateway-authtype': 'awsSigv4' },
  key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  plain: { type: 'oauth2' },
};

function rowOf(
  operation: JsonObject,
  document: JsonObject = {},
  components: JsonObject = { components: { securitySchemes: SCHEMES } },
) {
  const body = JSON.stringify({ openapi: '3.0.1', paths: { '/x': { get: operation } }, ...components, ...document });
  const { matrix } = reportOf(
    planOf([{ type: 'aws_api_gateway_rest_api', name: 'a', after: { name: 'api', body }, unknown: { id: true } }]),
  );
  return matrix[0];
}

describe('security of operations, as API Gateway imports it', () => {
  test.each([
    ['a scheme with an authorizer', [{ tokens: [] }], 'CUSTOM', 'authorizer', 'pass'],
    ['its scopes', [{ tokens: ['a:read', 'b:read'] }], 'CUSTOM', 'scopes', 'pass'],
    ['a user pool', [{ pool: ['a/read'] }], 'COGNITO_USER_POOLS', 'scopes', 'pass'],
    ['signatures', [{ sigv4: [] }], 'AWS_IAM', 'iam', 'pass'],
    ['a scheme without an extension is ignored', [{ plain: ['a:read'] }], 'NONE', 'none', 'fail'],
    ['an API key alone', [{ key: [] }], 'NONE', 'none', 'fail'],
    ['no security', [], 'NONE', 'none', 'fail'],
    ['two authorizers', [{ tokens: [] }, { other: [] }], '?', 'unknown', 'unknown'],
    ['an authorizer or nothing', [{ tokens: [] }, {}], '?', 'unknown', 'unknown'],
    ['a scheme that is not defined', [{ nowhere: [] }], 'CUSTOM', 'unknown', 'fail'],
  ])('%s', (_, security, authorization, accessRule, verdict) => {
    expect(rowOf({ security })).toMatchObject({ authorization, accessRule, verdict });
  });

  test('an operation without security has that of the document', () => {
    expect(rowOf({}, { security: [{ sigv4: [] }] })).toMatchObject({ authorization: 'AWS_IAM' });
  });

  test('an operation with empty security has none', () => {
    expect(rowOf({ security: [] }, { security: [{ sigv4: [] }] })).toMatchObject({
      authorization: 'NONE',
      verdict: 'fail',
    });
  });

  test('alternatives of scopes are kept', () => {
    expect(rowOf({ security: [{ tokens: ['a'] }, { tokens: ['b', 'c'] }] })).toMatchObject({
      anyOf: [['a'], ['b', 'c']],
      scopes: 'a or (b + c)',
    });
  });

  test('an API key beside an authorizer is required', () => {
    expect(rowOf({ security: [{ tokens: [], key: [] }] })).toMatchObject({
      apiKeyRequired: true,
      authorization: 'CUSTOM',
    });
  });

  test('a written reason makes a route public', () => {
    expect(rowOf({ security: [], 'x-gatehouse-public': 'status page' })).toMatchObject({
      accessRule: 'public (status page)',
      verdict: 'pass',
    });
    expect(rowOf({ security: [], 'x-gatehouse-public': '' })).toMatchObject({ accessRule: 'none', verdict: 'fail' });
  });

  test('a written reason makes a token without scopes enough, where there is an authorizer', () => {
    const operation = { security: [{ tokens: [] }], 'x-gatehouse-authenticated': 'tells who calls' };
    const rule = 'authenticated (tells who calls)';
    expect(rowOf(operation)).toMatchObject({ accessRule: rule, verdict: 'pass' });
    expect(rowOf({ ...operation, security: [{ plain: [] }] })).toMatchObject({ accessRule: 'none', verdict: 'fail' });
    expect(rowOf({ ...operation, security: [] })).toMatchObject({ accessRule: 'none', verdict: 'fail' });
    expect(rowOf({ ...operation, security: [{ tokens: ['a:read'] }] })).toMatchObject({ accessRule: 'scopes' });
    expect(rowOf({ ...operation, 'x-gatehouse-authenticated': ' ' })).toMatchObject({ verdict: 'fail' });
  });

  test('documents of Swagger 2.0 name their schemes elsewhere', () => {
    expect(rowOf({ security: [{ tokens: [] }] }, {}, { securityDefinitions: SCHEMES })).toMatchObject({
      authorization: 'CUSTOM',
    });
  });

  test('an authorizer without a lifetime has the default of API Gateway', () => {
    expect(rowOf({ security: [{ tokens: [] }] })?.authorizer).toEqual({
      name: 'tokens',
      kind: 'REQUEST',
      ttlSeconds: '300',
      identitySource: 'method.request.header.X-Token',
      results: '-',
    });
  });
});

describe('bodies', () => {
  const api = (after: JsonObject, unknown: JsonObject, body: JsonObject) =>
    planOf([
      {
        type: 'aws_api_gateway_rest_api',
        name: 'a',
        after: { name: 'api', ...after },
        unknown: { id: true, ...unknown },
        expressions: { body },
      },
    ]);

  test('the template of an unknown body is read', () => {
    const text = JSON.stringify({
      paths: { '/x': { get: { 'x-amazon-apigateway-integration': { uri: '${aws_lambda_function.f.invoke_arn}' } } } },
    });
    const plan = api({}, { body: true }, { references: ['aws_lambda_function.f.invoke_arn'], constant_value: text });

    expect(reportOf(plan).matrix).toMatchObject([{ method: 'GET', path: '/x', verdict: 'fail' }]);
  });

  test('an unknown body without a template is a row of which nothing is known, and ends nothing', () => {
    const plan = api({}, { body: true }, { references: ['aws_lambda_function.f.invoke_arn'] });
    const report = reportOf(plan);

    expect(report.matrix).toMatchObject([{ method: '?', path: '?', accessRule: 'unknown', verdict: 'unknown' }]);
    expect(report.notJudged).toEqual([
      {
        stack: 'stack',
        subject: 'aws_api_gateway_rest_api.a',
        reason: 'the routes of its body are not read: it is known only after apply',
      },
    ]);
  });

  test('YAML is read like JSON', () => {
    const body = ['openapi: 3.0.1', 'paths:', '  /x:', '    get: {}', '    post:', '      security: []'].join('\n');
    expect(reportOf(api({ body }, {}, { constant_value: '' })).matrix).toMatchObject([
      { method: 'GET', path: '/x', accessRule: 'none' },
      { method: 'POST', path: '/x', accessRule: 'none' },
    ]);
  });

  test.each([
    ['neither JSON nor YAML', '{ openapi: ['],
    ['a list', '- a'],
    [
      'aliases that make a large document',
      `a: &a [1]\n${Array.from({ length: 60 }, (_, at) => `b${at}: *a`).join('\n')}`,
    ],
  ])('a body that is %s is told, not skipped', (_, body) => {
    const report = reportOf(api({ body }, {}, { constant_value: '' }));
    expect(report.matrix).toMatchObject([{ path: '?', verdict: 'unknown' }]);
    expect(report.notJudged[0]?.reason).toContain('neither JSON nor YAML');
  });

  test('a sensitive body is judged and not shown', () => {
    const body = JSON.stringify({
      paths: { '/canary': { get: { security: [{ canaryScheme: [] }] } } },
      components: {},
    });
    const plan = planOf([
      {
        type: 'aws_api_gateway_rest_api',
        name: 'a',
        after: { name: 'api', body },
        unknown: { id: true },
        sensitive: { body: true },
      },
    ]);

    const report = reportOf(plan);

    expect(report.findings.filter(({ rule, verdict }) => rule.startsWith('AUTHZ-') && verdict === 'fail')).toHaveLength(
      1,
    );
    expect(JSON.stringify(report)).not.toContain('canary');
  });
});
