import { ApiDefinition } from '../../../constructs/api';
import { RestGateway } from '../../../constructs/gateway';
import { oauthRoutes, TokenEndpoint, type TokenEndpointProps } from '../../../constructs/identity';
import { RotatingSecret, RotationKind, RotationStore } from '../../../constructs/rotation';
import { functionFromName } from '../../../constructs/support/function-ref';
import { Names } from '../../../constructs/support/names';
import { TokenStore } from '../../../constructs/tokens';
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

function add(props: Partial<TokenEndpointProps> = {}, kind = RotationKind.signingKeys({ skewSeconds: 30 })) {
  const stack = testStack();
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  const endpoint = new TokenEndpoint(stack, 'Endpoint', {
    ...location,
    names,
    tokenStore,
    rotationStore: RotationStore.fromTableAttributes({ ...location, tableName: names.rotationTable }),
    signingKeys: {
      secret: RotatingSecret.fromSecretName({ ...location, secretName: names.signingKeysSecret }),
      kind,
    },
    issuer: 'https://auth.example.com',
    scopes: ['orders:write', 'orders:read'],
    ...props,
  });
  const template = Template.fromStack(stack);
  const statements = Object.values(template.resources('aws_iam_role_policy'))
    .filter(({ role }) => JSON.stringify(role).includes('Endpoint'))
    .flatMap(({ policy }) => JSON.parse(String(policy)).Statement as { readonly Sid: string }[]);
  return { endpoint, template, byId: Object.fromEntries(statements.map((statement) => [statement.Sid, statement])) };
}

test('is told of the issuer, the keys and how they are timed by those who made them', () => {
  const { endpoint } = add({ dpop: { requireNonce: true } });
  expect(JSON.parse(packagedFile(endpoint.function, 'config.json'))).toMatchObject({
    issuer: 'https://auth.example.com',
    audience: 'https://auth.example.com',
    brand: 'acme',
    tokenEnvironment: 'live',
    signingSecret: 'acme-prod-signing-keys',
    rotationTable: 'acme-prod-rotation',
    timing: { skewSeconds: 30, maxTokenLifetimeSeconds: 3600 },
    scopes: ['orders:read', 'orders:write'],
    exchangeSeconds: 900,
    dpop: { algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'], maxAgeSeconds: 60, requireNonce: true },
    tokenService: 'acme-prod-token-service',
  });
});

test('reads tokens, clients and keys, adds what may be used once, and changes nothing', () => {
  const { byId } = add();
  expect(byId.ReadTokensAndClients).toMatchObject({
    Action: 'dynamodb:GetItem',
    Condition: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['token#*', 'application#*', 'client#*', 'revocations'] },
    },
  });
  expect(byId.NoteWhatWasUsed).toMatchObject({
    Action: 'dynamodb:PutItem',
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['once#assertion#*', 'once#dpop#*'] } },
  });
  const actions = Object.values(byId).flatMap(
    (statement) => (statement as unknown as { Action: string | string[] }).Action,
  );
  expect(actions.filter((action) => /dynamodb:(Update|Delete|Scan|Query|Batch)|\*$/.test(action))).toEqual([
    'kms:GenerateDataKey*',
  ]);
});

test('may have the token service revoke by the alias that does nothing else, or not at all', () => {
  expect(add().byId.Revoke).toMatchObject({
    Action: 'lambda:InvokeFunction',
    Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:acme-prod-token-service:oauth',
  });
  expect(add({ revocation: false }).byId.Revoke).toBeUndefined();
});

test('refuses keys of another kind, an address with a slash at its end and a life that is too long', () => {
  const tokenStore = new TokenStore(testStack(), 'T', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  expect(() => add({}, RotationKind.pepper({ tokenStore }))).toThrow(
    /Endpoint: signingKeys.kind is "pepper", allowed is/,
  );
  expect(() => add({ issuer: 'https://auth.example.com/' })).toThrow(
    /Endpoint: issuer is "https:\/\/auth.example.com\/"/,
  );
  expect(() => add({ exchangeSeconds: 901 })).toThrow(/Endpoint: exchangeSeconds is 901/);
});

test('says in the plan what the audit judges', () => {
  const input = (props?: Partial<TokenEndpointProps>) =>
    Object.values(add(props).template.resources('terraform_data')).map((resource) => resource.input);
  const always = {
    tokenEndpoint: 'acme-prod-token-endpoint',
    issuer: 'https://auth.example.com',
    keySet: 'https://auth.example.com/.well-known/jwks.json',
    clientSeconds: 3600,
  };
  expect(input({ exchangeSeconds: 300, dpop: {} })).toEqual([{ ...always, exchangeSeconds: 300, proofSeconds: 60 }]);
  expect(input()).toEqual([{ ...always, exchangeSeconds: 900 }]);
});

test('its metrics have the dimensions that the function writes', () => {
  expect(add().endpoint.metricIssued()).toMatchObject({
    metricName: 'AccessTokensIssued',
    dimensions: { Service: 'token-endpoint', Stage: 'prod' },
    statistic: 'Sum',
  });
});

test('a gateway serves it by public routes, each with a reason, and needs no authorizer', () => {
  const stack = testStack();
  const routes = oauthRoutes('oauth');
  expect(routes.map(({ rule }) => rule.kind === 'public' && rule.reason.length > 20)).toEqual(routes.map(() => true));
  new RestGateway(stack, 'Gateway', {
    api: new ApiDefinition({ id: 'identity', usageKeys: false, routes }),
    gatewayName: 'identity',
    stageName: 'prod',
    integrations: { oauth: functionFromName({ ...location, functionName: names.tokenEndpoint }) },
  });
  const methods = Object.values(Template.fromStack(stack).resources('aws_api_gateway_method'));
  expect(methods.map(({ authorization }) => authorization)).toEqual(routes.map(() => 'NONE'));
});
