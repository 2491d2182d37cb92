import { JwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { ecKey, signed } from '../authorizer/support/access-tokens';
import { ISSUER, SHOP, STOCK } from './support/config';
import { type Judge, shopAuthorizer } from './support/issuing-authorizer';
import { basic, CREDENTIALS, claimsOf, EndpointWorld, exchange, NOW } from './support/world';

const PLATFORM = 'https://api.example.com';

let world: EndpointWorld;
let judge: Judge;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => {
  world.reset();
  judge = shopAuthorizer(world);
});

async function credentials(client: Parameters<EndpointWorld['client']>[0] = {}, form: Record<string, string> = {}) {
  const { id, secret } = await world.client(client);
  const { body } = await world.send({ ...CREDENTIALS, ...form }, { headers: { Authorization: basic(id, secret) } });
  return { id, token: body.access_token as string };
}

async function exchanged(changes: Parameters<EndpointWorld['token']>[0] = {}) {
  const { id, token } = await world.token(changes);
  const { body } = await world.send(exchange(token));
  return { id, token: body.access_token as string };
}

async function session() {
  const event = {
    action: 'mintSessionToken',
    session: { id: 's1', issuer: 'https://login.example.com', subject: 'anna' },
    scopes: ['sales:read'],
  };
  return { id: 's1', token: (await world.invoke(event)).access_token as string };
}

const GRANTS: readonly (readonly [string, () => Promise<{ readonly token: string }>])[] = [
  ['client credentials', credentials],
  ['client credentials for a resource', () => credentials({}, { resource: SHOP })],
  ['an exchange', exchanged],
  ['a session', session],
];

test.each(GRANTS)("rule 7: the kit's authorizer takes a token of %s", async (_, grant) => {
  expect(await judge((await grant()).token)).toBe('allow');
});

test.each(GRANTS)('rule 7: jose takes a token of %s, with every check', async (_, grant) => {
  const { token } = await grant();
  const keys = createLocalJWKSet(world.keySet() as JSONWebKeySet);
  const { payload } = await jwtVerify(token, keys, {
    issuer: ISSUER,
    audience: [PLATFORM, SHOP],
    typ: 'at+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['iss', 'aud', 'sub', 'client_id', 'iat', 'exp', 'jti', 'scope', 'src'],
    currentDate: new Date(world.now * 1000),
  });
  expect(payload.iss).toBe(ISSUER);
});

test.each(GRANTS)('rule 7: aws-jwt-verify takes a token of %s', async (_, grant) => {
  // It goes by the real clock.
  const now = Math.floor(Date.now() / 1000);
  world.now = now;
  const { token } = await grant();
  const verifier = JwtVerifier.create({ issuer: ISSUER, audience: [PLATFORM, SHOP], scope: 'sales:read' });
  verifier.cacheJwks(world.keySet() as unknown as Jwks);
  expect(verifier.verifySync(token)).toMatchObject({ iss: ISSUER, iat: now });
});

test('a token without the scope of a route is denied there', async () => {
  expect(await judge((await credentials({ scopes: ['stock:read'] })).token)).not.toBe('allow');
});

test('a token for another API is refused', async () => {
  expect(await judge((await credentials({}, { resource: STOCK })).token)).toBe('401');
});

test('rule 20: the networks of an API token bind what was derived from it', async () => {
  const { token } = await exchanged({ cidrs: ['192.0.2.0/24'] });
  expect(await judge(token, { sourceIp: '192.0.2.9' })).toBe('allow');
  expect(await judge(token, { sourceIp: '198.51.100.9' })).not.toBe('allow');
});

test('a token ends when it says', async () => {
  const { token } = await exchanged({ expiresAt: NOW + 100 });
  world.now = NOW + 104;
  expect(await judge(token)).toBe('allow');
  world.now = NOW + 105;
  expect(await judge(token)).toBe('401');
});

test.each([
  ['an API token', exchanged, (id: string) => `token:${id}`],
  ['a client', credentials, (id: string) => `client:${id}`],
  ['a session', session, (id: string) => `session:${id}`],
])('rule 22: a revocation of %s ends what was derived from it, with the next request', async (_, grant, source) => {
  const { id, token } = await grant();
  expect(await judge(token)).toBe('allow');
  const entry = { id: 'e', kind: 'source', value: source(id), issuer: ISSUER, issuedBefore: world.now + 1 };
  const named = { e: { ...entry, until: NOW + 3900, createdAt: NOW, createdBy: 'x' } };
  await world.put({ pk: 'revocations', entity: 'revocations', named, version: 1 });
  expect(await judge(token)).toBe('401');
  await world.put({ pk: 'revocations', entity: 'revocations', named: {}, version: 2 });
});

test('A8: no client is a person: their subjects begin with other words', async () => {
  const [{ token: ofClient }, { token: ofToken }, { token: ofPerson }] = [
    await credentials(),
    await exchanged(),
    await session(),
  ];
  const subjects = [ofClient, ofToken, ofPerson].map((token) => String(claimsOf(token).sub).split(':')[0]);
  expect(subjects).toEqual(['app', 'token', 'user']);
});

test('A10: neither an assertion nor a signed answer of the issuer is an access token', async () => {
  const { id, secret } = await world.client({ application: 'shop-backend' });
  const { token } = await credentials({}, { resource: SHOP });
  const { text } = await world.send(
    { token },
    {
      path: '/oauth2/introspect',
      headers: { Authorization: basic(id, secret), Accept: 'application/token-introspection+jwt' },
    },
  );
  expect(await judge(text)).toBe('401');
});

test('a bound token without its proof is refused', async () => {
  const key = ecKey('dpop');
  const { kid: __, ...jwk } = key.jwk;
  const claims = { jti: 'p1', htm: 'POST', htu: `${ISSUER}/oauth2/token`, iat: world.now };
  const proof = signed({ typ: 'dpop+jwt', alg: 'ES256', jwk }, claims, key.privateKey, 'ES256');
  const { id, secret } = await world.client();
  const { body } = await world.send(CREDENTIALS, { headers: { Authorization: basic(id, secret), DPoP: proof } });
  expect(body.token_type).toBe('DPoP');
  expect(await judge(body.access_token)).toBe('401');
  expect(await judge(body.access_token, { scheme: 'DPoP' })).toBe('401');
});
