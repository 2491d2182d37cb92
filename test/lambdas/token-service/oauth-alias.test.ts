import { Harness, NOW, proxyEvent } from './support/harness';
import { MemoryTrail } from './support/memory-trail';

const ISSUER = 'https://id.example.com';
const ALIAS = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-token-service:oauth' };
const CLIENT = 'client:ABCDEFGHIJKLMNOP';
const SECONDS = NOW / 1000;

let service: Harness;
let trail: MemoryTrail;
beforeEach(async () => {
  service = await Harness.start();
  trail = new MemoryTrail();
  service.overrides = { trail };
  service.config = { ...service.config, ownIssuer: ISSUER };
});
afterEach(() => service.close());

const revoke = (revocation: object) =>
  service.invoke({ action: 'revokeForOAuth', revocation: { by: CLIENT, requestId: 'r1', ...revocation } }, ALIAS);

const accessToken = { kind: 'jti', id: 'JTIJTIJTIJTIJTI0', issuer: ISSUER, expiresAt: SECONDS + 600 };

test('an API token that was given up is revoked, with what was derived from it, and the trail says by whom', async () => {
  const { body } = await service.issue();
  expect(await revoke({ kind: 'token', id: body.id })).toEqual({ revoked: true });
  const revokedBy = `access_token|${ISSUER}|app:ABCDEFGHIJKLMNOP`;
  expect(await service.storedToken(body.id)).toMatchObject({ status: 'revoked', revokedBy });
  expect((await service.store.getRevocations())?.sources).toHaveProperty(`token:${body.id}`);
  expect(trail.all.at(-1)).toMatchObject({ action: 'token.revoke', actor: revokedBy, requestId: 'r1' });
});

test('what such a token issued ends with it', async () => {
  const { body } = await service.issue({ scopes: ['tokens:write', 'sales:read'] });
  await revoke({ kind: 'token', id: body.id });
  const entries = Object.values((await service.store.getRevocations())?.named ?? {});
  expect(entries).toEqual([expect.objectContaining({ kind: 'token', value: body.id, application: 'dashboard' })]);
});

test('an access token is refused until nobody accepts it any more, in the share of its application', async () => {
  await revoke({ ...accessToken, application: 'dashboard' });
  const entries = Object.values((await service.store.getRevocations())?.named ?? {});
  expect(entries).toEqual([
    expect.objectContaining({
      kind: 'jti',
      value: accessToken.id,
      issuer: ISSUER,
      until: SECONDS + 600 + 300,
      application: 'dashboard',
    }),
  ]);
});

test('the results that gateways keep of it are dropped', async () => {
  let flushes = 0;
  service.overrides = {
    ...service.overrides,
    flushAuthorizerCaches: async () => ({ flushed: ++flushes, failures: [] }),
  };
  await revoke(accessToken);
  expect(flushes).toBe(1);
});

test('an entry is kept no longer than an access token can live, whatever the endpoint says', async () => {
  await revoke({ ...accessToken, expiresAt: SECONDS + 1e9 });
  const [entry] = Object.values((await service.store.getRevocations())?.named ?? {});
  expect(entry?.until).toBe(SECONDS + 3600 + 300);
});

test('what is not there, or is revoked already, stays as it is', async () => {
  const { body } = await service.issue();
  expect(await revoke({ kind: 'token', id: 'AAAAAAAAAAAAAAAA' })).toEqual({ revoked: true });
  await revoke({ kind: 'token', id: body.id });
  const before = await service.storedToken(body.id);
  expect(await revoke({ kind: 'token', id: body.id })).toEqual({ revoked: true });
  expect(await service.storedToken(body.id)).toEqual(before);
});

test('an administrator token is given up by whoever holds it, and by no client', async () => {
  const { id } = (await service.invoke({ action: 'issueAdministratorToken' })) as { id: string };
  await revoke({ kind: 'token', id });
  expect(await service.storedToken(id)).toMatchObject({ status: 'active' });
  await revoke({ kind: 'token', id, by: `token:${id}` });
  expect(await service.storedToken(id)).toMatchObject({ status: 'revoked' });
});

test('an issuer is not taken from the endpoint', async () => {
  await revoke({ ...accessToken, issuer: 'https://other.example.com' });
  const [entry] = Object.values((await service.store.getRevocations())?.named ?? {});
  expect(entry?.issuer).toBe(ISSUER);
});

test('a platform that issues no access tokens revokes nothing', async () => {
  const { ownIssuer: _, ...config } = service.config;
  service.config = config;
  await expect(revoke(accessToken)).rejects.toThrow('not revoked: the platform has no issuer of its own');
});

test.each<[string, unknown]>([
  ['an administrator token', { action: 'issueAdministratorToken' }],
  ['an empty set of revocations', { action: 'resetRevocations' }],
  ['a canary', { action: 'startCanary', canary: 'shop' }],
  ['a request that API Gateway did not send', proxyEvent('POST', '/v1/tokens', { body: { name: 'x' } })],
  [
    'a revocation of another kind',
    { action: 'revokeForOAuth', revocation: { by: CLIENT, requestId: 'r', kind: 'issuer', id: 'x' } },
  ],
])('nobody gets %s by the alias', async (_, event) => {
  const before = await service.table.items();
  await expect(service.invoke(event, ALIAS)).rejects.toThrow('unsupported event');
  expect(await service.table.items()).toEqual(before);
});
