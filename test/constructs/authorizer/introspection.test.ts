import { ApiDefinition } from '../../../constructs/api';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer/token-authorizer';
import { Names } from '../../../constructs/support/names';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const INTROSPECTION = {
  endpoint: 'https://i.example/introspect',
  clientId: 'gatehouse',
  clientSecretName: 'acme/introspection',
};
const ISSUER = { issuer: 'https://i.example/', audience: ['https://a.example'] };
const KEY_ARN = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function add(introspection: object, issuer: object = {}) {
  const stack = testStack();
  const props: TokenAuthorizerProps = {
    account: '123456789012',
    region: 'eu-central-1',
    names: new Names('acme', 'prod'),
    apis: [
      new ApiDefinition({
        id: 'shop',
        routes: [{ method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } }],
      }),
    ],
    issuers: [{ ...ISSUER, ...issuer, introspection: { ...INTROSPECTION, ...introspection } }],
  };
  const authorizer = new TokenAuthorizer(stack, 'Authorizer', props);
  return { stack, authorizer, config: () => JSON.parse(packagedFile(authorizer, 'config.json')) };
}

test('is packed with its defaults', () => {
  expect(add({}).config().issuers[0].introspection).toEqual({
    ...INTROSPECTION,
    clientAuthentication: 'client_secret_basic',
    jwts: true,
    signedAnswers: false,
    cacheSeconds: 30,
    timeoutMs: 1500,
  });
});

test('JWTs are not introspected where the server has opaque tokens, unless it is said', () => {
  const tokenPattern = String.raw`[\w-]{43}`;
  expect(add({ tokenPattern }).config().issuers[0].introspection).toMatchObject({ tokenPattern, jwts: false });
  expect(add({ tokenPattern, jwts: true }).config().issuers[0].introspection).toMatchObject({ jwts: true });
});

test('the role may read exactly that secret', () => {
  const [policy] = Template.fromStack(add({}).stack).find('aws_iam_role_policy');
  const { Statement } = JSON.parse(policy?.policy as string);
  expect(Statement.filter((one: { Sid: string }) => /Secret/.test(one.Sid))).toEqual([
    {
      Sid: 'ReadClientSecrets',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme/introspection-??????',
    },
  ]);
});

test('the role may decrypt with the key of the secret, through Secrets Manager alone', () => {
  const target = add({ clientSecretKeyArn: KEY_ARN });
  const [policy] = Template.fromStack(target.stack).find('aws_iam_role_policy');
  const { Statement } = JSON.parse(policy?.policy as string);
  expect(Statement).toContainEqual({
    Sid: 'DecryptClientSecrets',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: KEY_ARN,
    Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
  });
  // The function needs no more than the name.
  expect(target.config().issuers[0].introspection).not.toHaveProperty('clientSecretKeyArn');
});

test.each<[string, object, RegExp]>([
  ['plain http', { endpoint: 'http://i.example/introspect' }, /endpoint is not a plain https address/],
  ['a password in the address', { endpoint: 'https://u:hunter2@i.example/' }, /endpoint is not a plain https address/],
  ['a fragment', { endpoint: 'https://i.example/#a' }, /endpoint is not a plain https address/],
  ['no address', { endpoint: 'introspect' }, /endpoint is not a plain https address/],
  ['no client id', { clientId: '' }, /clientId is ""/],
  [
    'the ARN of a secret',
    { clientSecretName: 'arn:aws:secretsmanager:x' },
    /clientSecretName is not the name of a secret/,
  ],
  ['a secret as its name', { clientSecretName: 'hunter2 hunter2!' }, /clientSecretName is not the name of a secret/],
  [
    'another way to authenticate',
    { clientAuthentication: 'private_key_jwt' },
    /clientAuthentication is "private_key_jwt"/,
  ],
  ['a pattern that is none', { tokenPattern: '.*' }, /tokenPattern: token pattern is "\.\*", allowed are/],
  ['no form of tokens', { jwts: false }, /has no tokenPattern and jwts is false/],
  ['signed answers without keys', { signedAnswers: true }, /signedAnswers is true, allowed is false without/],
  ['a long memory', { cacheSeconds: 61 }, /cacheSeconds is 61/],
  ['no time', { timeoutMs: 99 }, /timeoutMs is 99/],
])('refuses %s', (_, introspection, message) => {
  expect(() => add(introspection)).toThrow(message);
  try {
    add(introspection);
  } catch (error) {
    expect((error as Error).message).not.toContain('hunter2');
  }
});

test('signed answers need the keys of the issuer', () => {
  const issuer = { jwksUri: 'https://i.example/jwks' };
  expect(add({ signedAnswers: true }, issuer).config().issuers[0].introspection).toMatchObject({ signedAnswers: true });
});
