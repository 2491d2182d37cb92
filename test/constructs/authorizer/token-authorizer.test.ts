import type { TerraformStack } from 'cdktf';
import { ApiDefinition, type ApiDefinitionProps } from '../../../constructs/api';
import { type IssuerOptions, TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support/names';
import { TokenStore } from '../../../constructs/tokens/token-store';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const route: RouteRule = { method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } };
const define = (facts: object = {}) =>
  new ApiDefinition({ id: 'shop', routes: [route], ...facts } as ApiDefinitionProps);
const issuer = { issuer: 'https://i.example/', audience: ['https://a.example'], jwksUri: 'https://i.example/jwks' };
/** The key of RFC 7515, A.3. */
const publicKey = {
  kty: 'EC',
  kid: 'k',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

function add(stack: TerraformStack, props: Partial<TokenAuthorizerProps> = {}): TokenAuthorizer {
  return new TokenAuthorizer(stack, 'Authorizer', { ...location, names, apis: [define()], ...props });
}

function withStore(stack: TerraformStack): TokenAuthorizer {
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  return add(stack, { tokenStore });
}

function config(props: Partial<TokenAuthorizerProps>): Record<string, unknown> {
  return JSON.parse(packagedFile(add(testStack(), props), 'config.json'));
}

test('packs issuers with their defaults, and the route tables', () => {
  expect(config({ issuers: [issuer] })).toEqual({
    version: 1,
    environment: 'prod',
    region: 'eu-central-1',
    issuers: [
      {
        ...issuer,
        algorithms: ['RS256', 'ES256'],
        types: ['at+jwt', 'application/at+jwt'],
        maxLifetimeSeconds: 86400,
        leewaySeconds: 30,
      },
    ],
    apis: {
      shop: {
        routes: [{ key: 'GET /v1/x', anyOf: [['x:read']] }],
        policy: expect.objectContaining({ groups: [{ anyOf: [['x:read']], allowed: ['GET/v1/x', 'GET/v1/x/'] }] }),
        revocation: 'bounded',
        resultCacheSeconds: 60,
      },
    },
    revocation: { refreshSeconds: 30, maxAgeSeconds: 300 },
    metricsNamespace: 'Gatehouse',
  });
});

test('given values of an issuer win over the defaults', () => {
  const given = { algorithms: ['EdDSA'] as const, types: ['JWT'], maxLifetimeSeconds: 600, leewaySeconds: 0 };
  expect(config({ issuers: [{ ...issuer, ...given }] }).issuers).toEqual([{ ...issuer, ...given }]);
});

test.each<[string, NonNullable<IssuerOptions['applications']>, unknown]>([
  ['by their names', ['b', 'a'], { a: 'a', b: 'b' }],
  ['by client id', { 'Client 2': 'b', 'Client 1': 'b' }, { 'Client 1': 'b', 'Client 2': 'b' }],
  [
    'by a client id that every object has a member for',
    JSON.parse('{"__proto__":"b"}'),
    JSON.parse('{"__proto__":"b"}'),
  ],
  ['not at all', [], {}],
])('packs the applications of an issuer, given %s', (_, applications, expected) => {
  const packed = config({ issuers: [{ ...issuer, applications }] }).issuers as { applications: unknown }[];
  expect(packed[0]?.applications).toEqual(expected);
  expect(JSON.stringify(packed[0]?.applications)).toBe(JSON.stringify(expected));
});

test('packs where API tokens are looked up, by name', () => {
  expect(JSON.parse(packagedFile(withStore(testStack()), 'config.json')).apiTokens).toEqual({
    brand: 'acme',
    tokenEnvironments: ['live'],
    table: 'acme-prod-tokens',
    pepperSecret: 'acme-prod-pepper',
  });
});

test('the package does not depend on the order of the APIs', () => {
  const one = packagedFile(
    add(testStack(), { issuers: [issuer], apis: [define({ id: 'a' }), define({ id: 'b' })] }),
    'config.json',
  );
  const two = packagedFile(
    add(testStack(), { issuers: [issuer], apis: [define({ id: 'b' }), define({ id: 'a' })] }),
    'config.json',
  );
  expect(two).toBe(one);
});

test('is a function named by the names', () => {
  const template = Template.of((stack) => void add(stack, { issuers: [issuer] }));
  expect(template.counts()).toEqual({
    aws_cloudwatch_log_group: 1,
    aws_iam_role: 1,
    aws_iam_role_policy: 1,
    aws_lambda_function: 1,
    terraform_data: 1,
  });
  template.only('aws_lambda_function', { function_name: 'acme-prod-authorizer', memory_size: 512 });
});

test('says in the plan for how long a gateway may keep its answers, and why', () => {
  const bound = { ...issuer, senderConstraints: ['mtls', 'dpop'] as const };
  const apis = [define(), define({ id: 'bank', revocation: 'strict', senderConstraints: ['mtls', 'dpop'] })];
  const build = (stack: TerraformStack) => {
    const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
    add(stack, { issuers: [bound], apis, tokenStore });
  };
  Template.of(build).only('terraform_data', {
    input: {
      authorizer: 'acme-prod-authorizer',
      apis: {
        bank: { revocation: 'strict', resultCacheSeconds: 0, senderConstraints: ['dpop', 'mtls'] },
        shop: { revocation: 'bounded', resultCacheSeconds: 60, senderConstraints: [] },
      },
    },
  });
});

test('without a token store it may read nothing', () => {
  const template = Template.of((stack) => void add(stack, { issuers: [issuer] }));
  const { Statement } = JSON.parse(String(template.only('aws_iam_role_policy').policy));
  expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['WriteOwnLog', 'SendTraces']);
});

test('with a token store it may read items and the pepper, and write nothing', () => {
  const template = Template.of((stack) => void withStore(stack));
  const actions = template
    .find('aws_iam_role_policy')
    .flatMap((body) => JSON.parse(String(body.policy)).Statement)
    .flatMap(({ Action }) => Action);
  expect(actions.sort()).toEqual([
    'dynamodb:GetItem',
    'kms:Decrypt',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test('public keys are accepted', () => {
  const { jwksUri, ...rest } = issuer;
  expect(() => add(testStack(), { issuers: [{ ...rest, jwks: { keys: [publicKey] } }] })).not.toThrow();
});

test('a key set beside its address is packed with it, as a copy to start from', () => {
  const issuers = [{ ...issuer, jwks: { keys: [publicKey] } }];
  expect(config({ issuers }).issuers).toMatchObject([{ jwksUri: issuer.jwksUri, jwks: { keys: [publicKey] } }]);
});

test.each([['*'], ['sales:*'], ['sales:read'], ['a/b.c:d:e']])('an issuer may be limited to the scope %s', (scope) => {
  const options = { scopes: [scope], allowSeveralAudiences: true };
  expect(config({ issuers: [{ ...issuer, ...options }] }).issuers).toMatchObject([options]);
});

test('the engine is packed when it is given', () => {
  expect(config({ issuers: [issuer], engine: 'node-crypto' })).toHaveProperty('engine', 'node-crypto');
  expect(config({ issuers: [issuer] })).not.toHaveProperty('engine');
});

describe('misuse', () => {
  const { jwksUri, ...keyless } = issuer;
  const cases: [string, Partial<TokenAuthorizerProps>, string][] = [
    ['no credential', {}, 'the authorizer has neither tokenStore nor issuers, allowed is at least one of them'],
    ['same issuer twice', { issuers: [issuer, issuer] }, 'issuer "https://i.example/" is named twice, allowed is once'],
    ['empty issuer', { issuers: [{ ...issuer, issuer: '' }] }, 'issuers[0].issuer is ""'],
    ['no audience', { issuers: [{ ...issuer, audience: [] }] }, 'issuers[0].audience is []'],
    [
      'no algorithm',
      { issuers: [{ ...issuer, algorithms: [] }] },
      'issuers[0].algorithms is [], allowed are RS256, PS256, ES256, EdDSA',
    ],
    ['no type', { issuers: [{ ...issuer, types: [] }] }, 'issuers[0].types is []'],
    [
      'no keys',
      { issuers: [keyless] },
      'issuers[0] has neither jwks nor jwksUri nor introspection, allowed is at least one of them',
    ],
    [
      'a scope of another form',
      { issuers: [{ ...issuer, scopes: ['sales:read', 'sales'] }] },
      'issuers[0].scopes holds "sales", allowed is "<resource>:<action>", "<resource>:*" or "*"',
    ],
    [
      'an issuer with a control that turns the order of text',
      { issuers: [{ ...issuer, issuer: 'https://i.example/\u202e' }] },
      'issuers[0].issuer is "https://i.example/\u202e", allowed are at most 512 characters of text without control',
    ],
    [
      'an issuer that is too long',
      { issuers: [{ ...issuer, issuer: `https://${'i'.repeat(512)}` }] },
      `issuers[0].issuer is "https://${'i'.repeat(512)}", allowed are at most 512 characters`,
    ],
    [
      'an application that cannot be one',
      { issuers: [{ ...issuer, applications: ['home-page', 'Home page'] }] },
      'issuers[0].applications[1] is "Home page", allowed is the name of an application',
    ],
    [
      'an application that cannot be one, by its client id',
      { issuers: [{ ...issuer, applications: { spa: 'constructor!' } }] },
      'issuers[0].applications["spa"] is "constructor!", allowed is the name of an application',
    ],
    [
      'the application of administrators',
      { issuers: [{ ...issuer, applications: { spa: 'gatehouse-administration' } }] },
      'issuers[0].applications["spa"] is "gatehouse-administration", allowed is the name of an application other than',
    ],
    [
      'a client id that no token can have',
      { issuers: [{ ...issuer, applications: { 'a\u200bb': 'home-page' } }] },
      'issuers[0].applications has the client id "a\u200bb", allowed are 1 to 512 characters of text without control',
    ],
    [
      'another engine',
      { issuers: [issuer], engine: JSON.parse('"webcrypto"') },
      'engine is "webcrypto", allowed are "jose" and "node-crypto"',
    ],
    ['empty key set', { issuers: [{ ...keyless, jwks: { keys: [] } }] }, 'issuers[0].jwks has no keys'],
    [
      'plain http',
      { issuers: [{ ...issuer, jwksUri: 'http://i.example' }] },
      'issuers[0].jwksUri is not a plain https address',
    ],
    ['lifetime', { issuers: [{ ...issuer, maxLifetimeSeconds: 0 }] }, 'issuers[0].maxLifetimeSeconds is 0'],
    ['leeway', { issuers: [{ ...issuer, leewaySeconds: 301 }] }, 'issuers[0].leewaySeconds is 301'],
    ['no API', { issuers: [issuer], apis: [] }, 'apis is empty, allowed is at least one API'],
    [
      'two APIs of one id',
      { issuers: [issuer], apis: [define(), define()] },
      'apis has two definitions with the id "shop", allowed is one',
    ],
    [
      'strict revocation without a table',
      { issuers: [issuer], apis: [define({ revocation: 'strict' })] },
      'revocation of the API "shop" is "strict", allowed is "bounded" without tokenStore',
    ],
    [
      'usage keys without a table',
      { issuers: [issuer], apis: [define({ usageKeys: true })] },
      'usageKeys of the API "shop" is true, allowed is false without tokenStore',
    ],
    [
      'refresh',
      { issuers: [issuer], revocationRefreshSeconds: 0 },
      'revocationRefreshSeconds is 0, allowed is an integer from 1 to 300',
    ],
  ];
  test.each(cases)('%s', (_, props, message) => {
    expect(() => add(testStack(), props)).toThrow(`test/Authorizer: ${message}`);
  });

  test('no fault: strict revocation of an API whose gateway keeps no results', () => {
    const stack = testStack();
    const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
    const config = packagedFile(
      add(stack, {
        tokenStore,
        apis: [define({ revocation: 'strict' })],
        revocationRefreshSeconds: 5,
      }),
      'config.json',
    );
    expect(JSON.parse(config)).toMatchObject({
      apis: { shop: { revocation: 'strict', resultCacheSeconds: 0 } },
      revocation: { refreshSeconds: 5, maxAgeSeconds: 50 },
    });
  });

  test('an algorithm that the kit does not know', () => {
    // As a consumer without types may pass it.
    const algorithms = JSON.parse('["HS256"]');
    expect(() => add(testStack(), { issuers: [{ ...issuer, algorithms }] })).toThrow(
      'test/Authorizer: issuers[0].algorithms is ["HS256"], allowed are RS256, PS256, ES256, EdDSA',
    );
  });

  test('an address with a password is refused and not quoted', () => {
    const act = () => add(testStack(), { issuers: [{ ...issuer, jwksUri: 'https://user:hunter2@i.example' }] });
    expect(act).toThrow('issuers[0].jwksUri is not a plain https address');
    expect(act).not.toThrow('hunter2');
  });

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
    'a key with the private member %s is refused and not quoted',
    (member) => {
      const keys = [publicKey, { ...publicKey, [member]: 'canary' }];
      const act = () => add(testStack(), { issuers: [{ ...keyless, jwks: { keys } }] });
      expect(act).toThrow(`issuers[0].jwks.keys[1] holds the private member "${member}", allowed are public keys only`);
      expect(act).not.toThrow('canary');
    },
  );

  test('a symmetric key is refused', () => {
    const act = () => add(testStack(), { issuers: [{ ...keyless, jwks: { keys: [{ kty: 'oct', kid: 'k' }] } }] });
    expect(act).toThrow('issuers[0].jwks.keys[0] holds a symmetric key, allowed are public keys only');
  });
});

describe('settings of an API', () => {
  const withApi = (facts: object) => config({ issuers: [issuer], apis: [define(facts)] });

  test('networks are packed as IAM conditions take them', () => {
    const { apis } = withApi({ cidrs: ['192.0.2.77/24', '2001:db8::/32', '198.51.100.1'] });
    expect(apis).toMatchObject({
      shop: { cidrs: ['192.0.2.0/24', '2001:db8:0:0:0:0:0:0/32', '198.51.100.1/32'] },
    });
  });

  test('rules that are not enforced are packed beside the others', () => {
    const shadow: RouteRule[] = [{ ...route, rule: { kind: 'scopes', anyOf: [['x:write']] } }];
    expect(withApi({ shadow }).apis).toMatchObject({ shop: { shadow } });
  });

  test('an HTTP API is marked as one', () => {
    expect(withApi({ gateway: 'http' }).apis).toMatchObject({ shop: { gateway: 'http' } });
  });
});

test('warns of requests that are served otherwise than the routes read', () => {
  const post: RouteRule = { method: 'POST', path: '/v1/{id}', rule: { kind: 'scopes', anyOf: [['x:write']] } };
  const { node } = add(testStack(), { issuers: [issuer], apis: [define({ routes: [route, post] })] });
  expect(node.metadata.map(({ data }) => data)).toEqual([
    expect.stringContaining('the authorizer has no tokenStore: access tokens cannot be revoked'),
    'API shop: the path alone selects a resource, so requests are not answered where a more special path has other methods only: POST /v1/x (not by POST /v1/{id})',
  ]);
});
