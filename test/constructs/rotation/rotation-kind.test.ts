import { RotatingSecret, RotationKind } from '../../../constructs/rotation';
import type { TokenStore } from '../../../constructs/tokens';
import { build, location, names, roleStatements } from './fixture';

const PROVIDER = {
  create: { method: 'POST', url: 'https://up.example/tokens', id: '/id', token: '/token' },
  probe: { method: 'GET', url: 'https://up.example/me' },
  revoke: { method: 'DELETE', url: 'https://up.example/tokens/{id}' },
  idempotent: false,
  maxActive: 2,
  overlap: 'both',
  clientSupplied: false,
} as const;
const POOL = {
  kind: 'cognito',
  userPoolId: 'eu-central-1_AbC',
  clientId: 'app',
  tokenUrl: 'https://login.example/oauth2/token',
} as const;

/** Statements that a kind adds to those of every rotation function. */
function added(kind: (tokenStore: TokenStore) => RotationKind) {
  const template = build((stack, { tokenStore, store }) => {
    const keyArn = tokenStore.keyArn;
    const secret = { create: 'acme-prod-it' };
    new RotatingSecret(stack, 'It', { ...location, names, store, keyArn, secret, kind: kind(tokenStore) });
  });
  const statements = roleStatements(template, 'acme-prod-it-rotation');
  for (const common of [
    'KeepRotationRecord',
    'ReadSecret',
    'SendTraces',
    'UseSecretKey',
    'WriteOwnLog',
    'WriteSecret',
  ]) {
    delete statements[common];
  }
  return { statements, template };
}

test('signing keys need nothing more', () => {
  expect(added(() => RotationKind.signingKeys()).statements).toEqual({});
});

test('a pepper searches the token table for what needs a key, without names and usage keys', () => {
  const { statements } = added((tokenStore) => RotationKind.pepper({ tokenStore }));
  expect(Object.keys(statements)).toEqual(['SearchTokens', 'UseTableKey']);
  expect(statements.SearchTokens).toMatchObject({
    Action: 'dynamodb:Scan',
    Resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-tokens',
    Condition: {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'entity', 'expiresAt', 'generations'] },
      StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    },
  });
  expect(statements.UseTableKey).toMatchObject({ Action: 'kms:Decrypt' });
});

test('the key of an application changes keys, never usage plans, and has time for many records', () => {
  const { statements, template } = added((tokenStore) =>
    RotationKind.gatewayKey({ tokenStore, names, application: 'home-page' }),
  );
  expect(Object.keys(statements).sort()).toEqual([
    'ChangeUsageKeys',
    'FindTokensOfApplication',
    'MakeUsageKeys',
    'ReadUsageKeyOfApplication',
    'ReadUsageKeys',
    'RetireUsageKeys',
    'UseTableKey',
  ]);
  const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-tokens';
  expect(statements.ReadUsageKeyOfApplication).toMatchObject({
    Action: 'dynamodb:GetItem',
    Resource: table,
    Condition: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['application#home-page'] },
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'usageKey', 'usageKeyId'] },
      StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    },
  });
  expect(statements.FindTokensOfApplication).toMatchObject({
    Action: 'dynamodb:Query',
    Resource: `${table}/index/by-application`,
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['home-page'] } },
  });
  // Neither status, scopes, expiry nor hash of any token, and no other application's record.
  expect(statements.ChangeUsageKeys).toMatchObject({
    Action: 'dynamodb:UpdateItem',
    Resource: table,
    Condition: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['application#home-page', 'token#*'] },
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'usageKey', 'usageKeyId', 'version'] },
    },
  });
  expect(statements.RetireUsageKeys).toMatchObject({
    Action: ['apigateway:DELETE', 'apigateway:PATCH'],
    Resource: 'arn:aws:apigateway:eu-central-1::/apikeys/*',
  });
  expect(template.only('aws_lambda_function', { function_name: 'acme-prod-it-rotation' }).timeout).toBe(900);
});

test('an upstream token reads the administrator secret, by name or ARN, where there is one', () => {
  const admin = (adminSecret: string) =>
    added(() => RotationKind.upstreamToken({ provider: { ...PROVIDER, adminSecret } })).statements
      .ReadAdministratorSecret?.Resource;
  expect(added(() => RotationKind.upstreamToken({ provider: PROVIDER })).statements).toEqual({});
  expect(admin('crm/admin')).toBe('arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm/admin-??????');
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm/admin-AbCdEf';
  expect(admin(arn)).toBe(arn);
});

test('an upstream token without overlap keeps an encrypted second copy', () => {
  const recoveryKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const { statements } = added(() =>
    RotationKind.upstreamToken({
      provider: { ...PROVIDER, maxActive: 1, overlap: 'none' },
      acceptedOutageSeconds: 5,
      recoveryKeyArn,
    }),
  );
  expect(statements.EncryptSecondCopy).toMatchObject({ Resource: recoveryKeyArn });
  expect(statements.KeepSecondCopy).toMatchObject({
    Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['recovery#acme-prod-it'] } },
  });
});

test('a client secret changes the clients of its user pool', () => {
  const { statements } = added(() => RotationKind.clientSecret({ provider: POOL }));
  expect(statements.ChangeClientSecrets).toMatchObject({
    Resource: 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_AbC',
  });
});

test('what contradicts itself is refused with the path of the construct', () => {
  const contradiction = () => added(() => RotationKind.upstreamToken({ provider: { ...PROVIDER, maxActive: 1 } }));
  expect(contradiction).toThrow(/^test\/It: provider\.maxActive is 1/);
});

test('only what tokens are made with is protected from destruction', () => {
  const protect = (kind: (tokenStore: TokenStore) => RotationKind) =>
    added(kind).template.only('aws_secretsmanager_secret', { name: 'acme-prod-it' }).lifecycle;
  expect(protect((tokenStore) => RotationKind.pepper({ tokenStore }))).toEqual({ prevent_destroy: true });
  expect(protect(() => RotationKind.clientSecret({ provider: POOL }))).toBeUndefined();
});
