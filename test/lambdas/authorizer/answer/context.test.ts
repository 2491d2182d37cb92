import { contextOf } from '../../../../lambdas/authorizer/answer/context';
import type { Credential } from '../../../../lambdas/authorizer/credential';

const credential: Credential = {
  authMethod: 'api_token',
  tokenId: 'id',
  principal: 'api_token|urn:gatehouse:platform:dev|id',
  issuer: 'urn:gatehouse:platform:dev',
  subject: 'id',
  application: 'homepage',
  team: 'web',
  tier: 'gold',
  environment: 'dev',
  scopes: ['a:read', 'b:read'],
  issuedAt: 1_700_000_000,
  expiresAt: 1_800_000_000.5,
  refusedFrom: 1_800_000_010,
  secretGeneration: 2,
  cidrs: ['192.0.2.0/24'],
  usageKey: 'canary',
};

test('is flat text', () => {
  expect(contextOf(credential)).toEqual({
    tokenId: 'id',
    principal: 'api_token|urn:gatehouse:platform:dev|id',
    issuer: 'urn:gatehouse:platform:dev',
    application: 'homepage',
    team: 'web',
    environment: 'dev',
    scopes: 'a:read b:read',
    tier: 'gold',
    issuedAt: '1700000000',
    expiresAt: '1800000000',
    authMethod: 'api_token',
    secretGeneration: '2',
    expiryTime: '2027-01-15T08:00:00Z',
  });
});

test('tells when an older secret ends, for backends and as the header has it', () => {
  const context = contextOf({ ...credential, graceUntil: 1_700_000_060 });
  expect(context).toMatchObject({ graceUntil: '1700000060', graceTime: '2023-11-14T22:14:20Z' });
  expect(contextOf({ ...credential, graceUntil: undefined })).not.toHaveProperty('graceUntil');
});

test('leaves out what a token does not have', () => {
  const context = contextOf({ ...credential, team: undefined, tier: undefined, secretGeneration: 0 });
  expect(context).not.toHaveProperty('team');
  expect(context).not.toHaveProperty('tier');
  expect(context.secretGeneration).toBe('0');
});

test('holds neither the usage key nor the networks', () => {
  expect(JSON.stringify(contextOf(credential))).not.toMatch(/canary|192\.0\.2/);
});

test.each(['a\nb', 'a\u0000', '\u007f', '\u0085', 'a\u202eb', '\ud800', 'x'.repeat(2049)])(
  'drops the value %j',
  (team) => {
    expect(contextOf({ ...credential, team })).not.toHaveProperty('team');
  },
);

test.each<[string, unknown]>([
  ['an object', { name: 'web' }],
  ['a number that is none', Number.NaN],
  ['an infinite number', Number.POSITIVE_INFINITY],
  ['null', null],
  ['true', true],
])('drops %s', (_, team) => {
  expect(contextOf(Object.assign({}, credential, { team }))).not.toHaveProperty('team');
});

test('names the key that signed an access token', () => {
  expect(contextOf({ ...credential, keyId: 'r1' }).keyId).toBe('r1');
});

test('names client and issuer of an access token', () => {
  const context = contextOf({ ...credential, issuer: 'https://issuer.example.com/', clientId: 'app' });
  expect(context).toMatchObject({ issuer: 'https://issuer.example.com/', clientId: 'app' });
});
