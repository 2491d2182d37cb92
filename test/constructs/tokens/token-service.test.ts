import type { TerraformStack } from 'cdktf';
import { ApiDefinition } from '../../../constructs/api';
import { Names } from '../../../constructs/support/names';
import { TokenService } from '../../../constructs/tokens/token-service';
import type { TokenServiceProps } from '../../../constructs/tokens/token-service-props';
import { TokenStore } from '../../../constructs/tokens/token-store';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({
  ...jest.requireActual('../../../constructs/support/bundles'),
  kitBundle: () => bundle,
  isKitBundle: () => true,
}));

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');

function add(stack: TerraformStack, props: Partial<TokenServiceProps> = {}): TokenService {
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  return new TokenService(stack, 'Service', {
    ...location,
    names,
    tokenStore,
    scopes: {
      'tokens:write': 'Issue tokens',
      'tokens:read': 'List tokens',
      'teams:write': 'Change teams',
      'trail:read': 'Read the trail',
    },
    ...props,
  });
}

/** A store of another stack. */
const elsewhere = {
  region: 'eu-central-1',
  tableName: 'shop-tokens',
  tableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/shop-tokens',
  keyArn: 'arn:aws:kms:eu-central-1:123456789012:key/k',
  pepperSecretName: 'shop-pepper',
  pepperSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-pepper-??????',
  brand: 'shop',
  tokenEnvironment: 'test',
} as const;

/** An API that serves the token service. */
function serving(facts: { cors?: { allowOrigins: string[] } }): ApiDefinition {
  return new ApiDefinition({ id: 'shop', routes: [], tokenService: { basePath: '/v1' }, ...facts });
}

function config(props: Partial<TokenServiceProps> = {}): Record<string, unknown> {
  return JSON.parse(packagedFile(add(testStack(), props), 'config.json'));
}

function actions(template: Template): string[] {
  return template
    .find('aws_iam_role_policy')
    .flatMap((body) => JSON.parse(String(body.policy)).Statement)
    .flatMap((statement) => statement.Action)
    .sort();
}

test('packs the settings of the service', () => {
  expect(config({ tiers: ['standard', 'free'], api: serving({}) })).toEqual({
    version: 1,
    environment: 'prod',
    region: 'eu-central-1',
    brand: 'acme',
    tokenEnvironment: 'live',
    table: 'acme-prod-tokens',
    pepperSecret: 'acme-prod-pepper',
    basePath: '/v1',
    scopes: {
      'teams:write': 'Change teams',
      'tokens:read': 'List tokens',
      'tokens:write': 'Issue tokens',
      'trail:read': 'Read the trail',
    },
    tiers: ['free', 'standard'],
    namePrefix: 'acme-prod',
    defaultLifetimeSeconds: 90 * 86400,
    maxLifetimeSeconds: 365 * 86400,
    // No issuer is known: as long as any issuer's tokens can be accepted.
    maxAccessTokenSeconds: 2_592_300,
    metricsNamespace: 'Gatehouse',
  });
});

test('the package does not depend on the order in which scopes and tiers are given', () => {
  const one = packagedFile(add(testStack(), { scopes: { 'a:b': '1', 'c:d': '2' }, tiers: ['x', 'y'] }), 'config.json');
  const two = packagedFile(add(testStack(), { scopes: { 'c:d': '2', 'a:b': '1' }, tiers: ['y', 'x'] }), 'config.json');
  expect(two).toBe(one);
});

test('a short maximum shortens the default lifetime', () => {
  expect(config({ maxLifetimeDays: 7 })).toMatchObject({ defaultLifetimeSeconds: 604800, maxLifetimeSeconds: 604800 });
});

test('is named by the names, logs under its own name, and refers to no reserved concurrency', () => {
  const template = Template.of((stack) => void add(stack));
  template.only('aws_lambda_function', { function_name: 'acme-prod-token-service', memory_size: 512 });
  template.only('aws_cloudwatch_log_group', { name: '/aws/lambda/acme-prod-token-service' });
});

test('options of the function are passed on', () => {
  const template = Template.of((stack) => void add(stack, { memoryMb: 1024, logRetentionDays: 30, tracing: false }));
  template.only('aws_lambda_function', { memory_size: 1024, tracing_config: { mode: 'PassThrough' } });
  template.only('aws_cloudwatch_log_group', { retention_in_days: 30 });
});

test('is told the origin that browsers call from, beside other settings', () => {
  const template = Template.of(
    (stack) =>
      void add(stack, {
        api: serving({ cors: { allowOrigins: ['https://app.example'] } }),
        environment: { LEVEL: 'debug' },
      }),
  );
  template.only('aws_lambda_function', {
    environment: { variables: { CORS_ALLOW_ORIGIN: 'https://app.example', LEVEL: 'debug' } },
  });
});

test('with tiers it may find plans and keys, and make keys', () => {
  const template = Template.of((stack) => void add(stack, { tiers: ['free'] }));
  const policy = JSON.parse(String(template.only('aws_iam_role_policy', { name: 'function' }).policy));
  expect(policy.Statement).toEqual(
    expect.arrayContaining([
      {
        Sid: 'FindUsagePlansAndKeys',
        Effect: 'Allow',
        Action: 'apigateway:GET',
        Resource: ['arn:aws:apigateway:eu-central-1::/apikeys', 'arn:aws:apigateway:eu-central-1::/usageplans'],
      },
      {
        Sid: 'MakeUsageKeys',
        Effect: 'Allow',
        Action: 'apigateway:POST',
        Resource: ['arn:aws:apigateway:eu-central-1::/apikeys', 'arn:aws:apigateway:eu-central-1::/usageplans/*/keys'],
      },
    ]),
  );
});

test('without tiers it may not touch API Gateway', () => {
  const template = Template.of((stack) => void add(stack));
  expect(actions(template).filter((action) => action.startsWith('apigateway'))).toEqual([]);
});

test('may not delete, scan, or write the pepper', () => {
  const template = Template.of((stack) => void add(stack, { tiers: ['free'] }));
  expect(actions(template)).toEqual([
    // Takes a key out of a usage plan; the resource says so.
    'apigateway:DELETE',
    'apigateway:GET',
    'apigateway:POST',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'kms:Decrypt',
    'kms:Encrypt',
    'kms:GenerateDataKey*',
    'kms:ReEncrypt*',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test('issues tokens of the brand and the environment word of a store of another stack', () => {
  expect(config({ tokenStore: TokenStore.fromTableAttributes(elsewhere) })).toMatchObject({
    brand: 'shop',
    tokenEnvironment: 'test',
    table: 'shop-tokens',
  });
});

describe('misuse', () => {
  test.each<[string, Partial<TokenServiceProps>, string]>([
    [
      'a store of another stack whose tokens would begin as the secrets of clients do',
      { tokenStore: TokenStore.fromTableAttributes({ ...elsewhere, brand: 'acmegroucs' }) },
      'brand is "acmegroucs", which secrets of OAuth clients would begin with too',
    ],
    [
      'a store of another stack with a brand that tokens cannot have',
      { tokenStore: TokenStore.fromTableAttributes({ ...elsewhere, brand: 'ACME' }) },
      'brand is "ACME", allowed are 2 to 10 lower-case letters',
    ],
    [
      'an API that does not serve it',
      { api: new ApiDefinition({ id: 'shop', routes: { 'GET /': { rule: { kind: 'iam' } } } }) },
      'api is "shop", allowed is an API whose definition has tokenService: { basePath }',
    ],
    [
      'an issuer that no authorizer takes',
      { issuers: [{ issuer: 'https://i.example/', audience: ['a'] }] },
      'issuers[0] has neither jwks nor jwksUri nor introspection',
    ],
    ['scope', { scopes: { tokens: '' } }, 'scope is "tokens", allowed is "<resource>:<action>" or "<resource>:*"'],
    ['no scope', { scopes: {} }, 'scopes is empty, allowed is at least one scope'],
    ['lifetime', { maxLifetimeDays: 0 }, 'maxLifetimeDays is 0, allowed is an integer from 1 to 3650'],
    [
      'overlap',
      { rotationOverlapSeconds: 2_592_001 },
      'rotationOverlapSeconds is 2592001, allowed is an integer from 0 to 2592000',
    ],
    [
      'default over maximum',
      { defaultLifetimeDays: 31, maxLifetimeDays: 30 },
      'defaultLifetimeDays is 31, allowed is an integer from 1 to 30',
    ],
  ])('%s', (_, props, message) => {
    expect(() => add(testStack(), props)).toThrow(`test/Service: ${message}`);
  });
});

test('its own metrics have the namespace and the dimensions that the function writes', () => {
  const service = add(testStack(), { metricsNamespace: 'Acme' });
  expect(service.metricTokensIssued()).toEqual({
    family: 'token-service',
    namespace: 'Acme',
    metricName: 'TokensIssued',
    dimensions: { Service: 'token-service', Stage: 'prod' },
    statistic: 'Sum',
    periodSeconds: 60,
  });
  expect(service.metricErrors().dimensions).toEqual({ FunctionName: 'acme-prod-token-service' });
});

test('a permissions boundary and tags reach the role of the function', () => {
  const boundary = 'arn:aws:iam::123456789012:policy/boundary';
  const template = Template.of((stack) => {
    add(stack, { permissionsBoundaryArn: boundary, tags: { team: 'platform' } });
  });
  template.only('aws_iam_role', { permissions_boundary: boundary, tags: { team: 'platform' } });
});

test('a token service of another stack is referred to by its name', () => {
  const service = TokenService.fromFunctionAttributes({ ...location, functionName: names.tokenService });
  expect(service.functionArn).toBe('arn:aws:lambda:eu-central-1:123456789012:function:acme-prod-token-service');
});

describe('roles and policy of the platform', () => {
  const issuers = [
    {
      issuer: 'https://login.example.com/',
      audience: ['https://api.example.com'],
      jwksUri: 'https://login.example.com/keys',
    },
  ];
  const person = (subject: string, issuer = 'https://login.example.com/') => ({ issuer, subject });

  test('reach the service, in an order that says nothing', () => {
    const [one, other] = [person('a'), person('b')];
    const packed = config({ issuers, operators: [other, one], auditors: [one], policy: { requiredFields: ['cidrs'] } });
    expect(packed).toMatchObject({ operators: [one, other], auditors: [one], policy: { requiredFields: ['cidrs'] } });
  });

  test.each<[string, Partial<TokenServiceProps>, string]>([
    [
      'an operator of an issuer that is not trusted',
      { operators: [person('a', 'https://x.example.com/')] },
      'operators has the issuer',
    ],
    ['an auditor without a subject', { auditors: [person('')] }, 'auditors has an empty subject'],
    [
      'a tier that there is not',
      { tiers: ['free'], policy: { teamTiers: ['gold'] } },
      'policy.teamTiers has "gold", allowed are free',
    ],
    [
      'a scope that is not declared',
      { policy: { allowedScopes: ['sales:read'] } },
      'policy.allowedScopes has "sales:read"',
    ],
    ['a scope that is none', { policy: { allowedScopes: ['sales'] } }, 'policy.allowedScopes is "sales"'],
  ])('%s is refused', (_, props, message) => {
    expect(() => add(testStack(), { issuers, ...props })).toThrow(message);
  });
});
