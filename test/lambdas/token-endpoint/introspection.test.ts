import { usableKey } from '../../../lambdas/authorizer/access-token/key-hygiene';
import { nodeCryptoEngine } from '../../../lambdas/authorizer/access-token/node-crypto-engine';
import { readSignedAnswer } from '../../../lambdas/authorizer/introspection/introspection-signature';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import { ecKey, issuerConfig, signed, testPorts } from '../authorizer/support/access-tokens';
import { jktOf } from '../authorizer/support/proofs';
import { ISSUER, SHOP, STOCK } from './support/config';
import { basic, CREDENTIALS, EndpointWorld, exchange, NOW } from './support/world';

let world: EndpointWorld;
/** Authenticates the backend of the shop. */
let backend: { readonly id: string; readonly secret: string };
beforeAll(async () => {
  world = await EndpointWorld.start();
  backend = await world.client({ application: 'shop-backend' });
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const INACTIVE = '{"active":false}';

function introspect(token: string, by = backend, headers: Record<string, string> = {}) {
  const authorization = { Authorization: basic(by.id, by.secret), ...headers };
  return world.send({ token }, { path: '/oauth2/introspect', headers: authorization });
}

/** An access token for a resource, and the client that got it. */
async function issued(form: Record<string, string> = { resource: SHOP }, headers: Record<string, string> = {}) {
  const client = await world.client();
  const sent = { headers: { Authorization: basic(client.id, client.secret), ...headers } };
  const { body } = await world.send({ ...CREDENTIALS, ...form }, sent);
  return { client, token: body.access_token as string };
}

test('rule 29: a backend learns what a token for its API may do', async () => {
  const { client, token } = await issued();
  const { status, headers, body } = await introspect(token);
  expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  expect(body).toEqual({
    active: true,
    scope: 'sales:read sales:write',
    client_id: client.id,
    token_type: 'Bearer',
    exp: NOW + 600,
    iat: NOW,
    sub: `app:${client.id}`,
    aud: SHOP,
    iss: ISSUER,
    jti: expect.any(String),
  });
});

test('rule 29: of a bound token the answer says to what', async () => {
  const key = ecKey('dpop');
  const { kid: _, ...jwk } = key.jwk;
  const claims = { jti: 'p', htm: 'POST', htu: `${ISSUER}/oauth2/token`, iat: NOW };
  const { token } = await issued(
    { resource: SHOP },
    { DPoP: signed({ typ: 'dpop+jwt', alg: 'ES256', jwk }, claims, key.privateKey, 'ES256') },
  );
  expect((await introspect(token)).body).toMatchObject({ token_type: 'DPoP', cnf: { jkt: jktOf(key) } });
});

test('rule 29: another audience is inactive for this caller', async () => {
  for (const resource of [STOCK, 'https://api.example.com']) {
    const { token } = await issued({ resource });
    expect((await introspect(token)).text).toBe(INACTIVE);
  }
});

test('rule 29: a client learns about the tokens of its own application, whatever they are for', async () => {
  const { client, token } = await issued({ resource: STOCK });
  const colleague = await world.client();
  const stranger = await world.client({ application: 'other' });
  expect((await introspect(token, client)).body.active).toBe(true);
  expect((await introspect(token, colleague)).body.active).toBe(true);
  expect((await introspect(token, stranger)).text).toBe(INACTIVE);
});

test('rule 29: who does not authenticate learns nothing', async () => {
  const { token } = await issued();
  expect((await introspect(token, { ...backend, secret: 'x' })).body).toMatchObject({ error: 'invalid_client' });
  const { status } = await world.send({ token }, { path: '/oauth2/introspect' });
  expect(status).toBe(401);
  expect((await world.send({ token, client_id: backend.id }, { path: '/oauth2/introspect' })).status).toBe(401);
});

test('rule 29: an API token, for who speaks for an API and for its own application', async () => {
  const { token, id } = await world.token({ cidrs: ['192.0.2.0/24'] });
  const { text, body } = await introspect(token);
  expect(body).toEqual({
    active: true,
    scope: 'sales:read sales:write',
    client_id: `token:${id}`,
    token_type: 'Bearer',
    exp: NOW + 86_400,
    iat: NOW - 100,
    sub: `token:${id}`,
    iss: ISSUER,
  });
  for (const secret of ['192.0.2', 'usage-key', world.hash(token), 'p1']) {
    expect(text).not.toContain(secret);
  }
  expect((await introspect(token, await world.client())).body.active).toBe(true);
  expect((await introspect(token, await world.client({ application: 'other' }))).text).toBe(INACTIVE);
});

test.each([
  ['revoked', { status: 'revoked' as const }],
  ['disabled', { status: 'disabled' as const }],
  ['expired', { expiresAt: NOW }],
])('rule 29: an API token that is %s is inactive, and that is all', async (_, changes) => {
  const { token } = await world.token(changes);
  expect((await introspect(token)).text).toBe(INACTIVE);
});

test('rule 29: garbage costs no read but that of the caller', async () => {
  const { token } = await world.token();
  world.reads.length = 0;
  for (const text of ['garbage', `${token.slice(0, -1)}_`, generateApiToken('other', 'test').token, 'a.b.c', 'a.b']) {
    expect((await introspect(text)).text).toBe(INACTIVE);
  }
  expect(world.reads.filter((key) => !/^(client|application)#/.test(key))).toEqual([]);
});

test('rule 29: a request without a token is invalid', async () => {
  expect((await introspect('')).body.error).toBe('invalid_request');
});

test('an access token that has expired is inactive', async () => {
  const { token } = await issued();
  world.now += 600;
  expect((await introspect(token)).text).toBe(INACTIVE);
});

test.each([
  ['of another issuer', { iss: 'https://other.example.com' }],
  ['of another key', {}],
])('an access token %s is inactive', async (_, claims) => {
  const key = ecKey(String(world.keys[0]?.kid));
  const payload = {
    iss: ISSUER,
    aud: SHOP,
    sub: 'app:x',
    client_id: 'x',
    jti: 'j',
    iat: NOW,
    exp: NOW + 60,
    src: 'client:x',
    scope: '',
    ...claims,
  };
  const forged = signed({ alg: 'ES256', kid: key.jwk.kid, typ: 'at+jwt' }, payload, key.privateKey, 'ES256');
  expect((await introspect(forged)).text).toBe(INACTIVE);
});

test('A10: an assertion and a signed answer of the issuer are no access tokens', async () => {
  const { token } = await issued();
  const { text } = await introspect(token, backend, { Accept: 'application/token-introspection+jwt' });
  expect((await introspect(text)).text).toBe(INACTIVE);
});

test.each([
  ['its token was revoked', { status: 'revoked' }],
  ['its token is gone', { entity: 'gone' }],
])('what was exchanged is inactive when %s', async (_, change) => {
  const { token, id } = await world.token();
  const { body } = await world.send(exchange(token, { resource: SHOP }));
  expect((await introspect(body.access_token)).body.active).toBe(true);
  const item = (await world.table.items()).find(({ pk }) => pk === `token#${id}`);
  await world.put({ ...item, ...change });
  expect((await introspect(body.access_token)).text).toBe(INACTIVE);
});

test('what was issued to a client is inactive when the client is disabled', async () => {
  const { client, token } = await issued();
  const item = (await world.table.items()).find(({ pk }) => pk === `client#${client.id}`);
  await world.put({ ...item, status: 'disabled' });
  expect((await introspect(token)).text).toBe(INACTIVE);
});

test.each([
  ['its source', (id: string) => ({ kind: 'source', value: `client:${id}`, issuer: ISSUER, issuedBefore: NOW + 1 })],
  ['its subject', (id: string) => ({ kind: 'sub', value: `app:${id}`, issuer: ISSUER })],
  ['its key', () => ({ kind: 'kid', value: String(world.keys[0]?.kid), issuer: ISSUER })],
])('an access token is inactive when the set refuses %s', async (_, entry) => {
  const { client, token } = await issued();
  const named = { e: { id: 'e', ...entry(client.id), until: NOW + 1000, createdAt: NOW, createdBy: 'x' } };
  await world.put({ pk: 'revocations', entity: 'revocations', named, version: 1 });
  expect((await introspect(token)).text).toBe(INACTIVE);
  await world.put({ pk: 'revocations', entity: 'revocations', named: {}, version: 2 });
  expect((await introspect(token)).body.active).toBe(true);
});

describe('signed answers (RFC 9701)', () => {
  const signedAnswer = (token: string) =>
    introspect(token, backend, { Accept: 'application/json;q=0.5, application/token-introspection+jwt' });

  test('an answer is a JWT for the caller, which is no access token', async () => {
    const { token } = await issued();
    const { headers, text } = await signedAnswer(token);
    expect(headers['content-type']).toBe('application/token-introspection+jwt');
    const [header = '', payload = ''] = text.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header)).toMatchObject({ typ: 'token-introspection+jwt', alg: 'ES256' });
    expect(JSON.parse(payload)).toEqual({
      iss: ISSUER,
      aud: backend.id,
      iat: NOW,
      token_introspection: expect.objectContaining({ active: true, scope: 'sales:read sales:write' }),
    });
  });

  test("the authorizer's reader takes it", async () => {
    const { token } = await issued();
    const { text } = await signedAnswer(token);
    const issuer = issuerConfig([], { issuer: ISSUER, algorithms: ['ES256'] });
    const key = usableKey(world.keys[0]?.publicJwk, 'ES256');
    const ports = testPorts(nodeCryptoEngine);
    expect(await readSignedAnswer(text, issuer, backend.id, ports, () => key)).toMatchObject({ active: true });
  });

  test('inactive is signed, too', async () => {
    const { text } = await signedAnswer('garbage');
    expect(JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()).token_introspection).toEqual({
      active: false,
    });
  });
});
