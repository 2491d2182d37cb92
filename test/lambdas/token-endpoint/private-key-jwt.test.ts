import type { ClientRecord } from '../../../lambdas/lib/client-record';
import { ecKey, edKey, rsaKey, type SigningKey, signed } from '../authorizer/support/access-tokens';
import { ISSUER } from './support/config';
import { CREDENTIALS, EndpointWorld, NOW } from './support/world';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ES = ecKey('es');
const OTHER = ecKey('es');
const KEYS = { ES256: ES, EdDSA: edKey('ed'), PS256: rsaKey('ps', { alg: 'PS256' }), RS256: rsaKey('rs') };

let world: EndpointWorld;
let id: string;
beforeAll(async () => {
  world = await EndpointWorld.start();
  ({ id } = await world.client(registration(KEYS)));
});
afterAll(() => world.close());
beforeEach(() => world.reset());

function registration(keys: Readonly<Record<string, SigningKey>>): Partial<ClientRecord> {
  return {
    authMethods: ['private_key_jwt'],
    secrets: [],
    keys: Object.entries(keys).map(([algorithm, { jwk }]) => ({
      kid: String(jwk.kid),
      algorithm: algorithm as 'ES256',
      publicJwk: jwk,
      createdAt: NOW - 100,
    })),
  };
}

let ids = 0;

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: SigningKey;
  readonly algorithm?: string;
}

function assertion({ header, claims, key = ES, algorithm = String(key.jwk.alg) }: Changes = {}): string {
  const payload = { iss: id, sub: id, aud: ISSUER, exp: NOW + 60, iat: NOW, jti: `a-${++ids}`, ...claims };
  return signed({ alg: algorithm, kid: key.jwk.kid, ...header }, payload, key.privateKey, algorithm);
}

const send = (text: string, form: Record<string, string> = {}) =>
  world.send({ ...CREDENTIALS, client_assertion_type: TYPE, client_assertion: text, ...form });

test.each(Object.entries(KEYS))('rule 11: an assertion by a registered key of %s', async (_, key) => {
  expect((await send(assertion({ key }))).status).toBe(200);
});

test('rule 11: EdDSA may have the name of RFC 9864', async () => {
  expect((await send(assertion({ key: KEYS.EdDSA, header: { alg: 'Ed25519' } }))).status).toBe(200);
  expect((await send(assertion({ key: KEYS.ES256, header: { alg: 'Ed25519' } }))).status).toBe(401);
});

test.each([
  ['the issuer as text', ISSUER],
  ['a list of the issuer alone', [ISSUER]],
])('rule 9: the audience may be %s', async (_, aud) => {
  expect((await send(assertion({ claims: { aud } }))).status).toBe(200);
});

test.each([
  ['the address of the token endpoint (A1)', { aud: `${ISSUER}/oauth2/token` }],
  ['the issuer with a slash', { aud: `${ISSUER}/` }],
  ['a list with another beside the issuer', { aud: [ISSUER, 'https://other.example.com'] }],
  ['an empty list', { aud: [] }],
  ['no audience', { aud: undefined }],
  ['another issuer', { iss: 'AAAAAAAAAAAAAAAA' }],
  ['another subject', { sub: 'AAAAAAAAAAAAAAAA' }],
  ['no subject', { sub: undefined }],
])('rule 9: refused is %s', async (_, claims) => {
  expect((await send(assertion({ claims }))).body).toMatchObject({ error: 'invalid_client' });
});

test('rule 9: client_id beside it must be the same', async () => {
  expect((await send(assertion(), { client_id: id })).status).toBe(200);
  expect((await send(assertion(), { client_id: 'AAAAAAAAAAAAAAAA' })).status).toBe(401);
});

test.each([
  ['no end', { exp: undefined }],
  ['an end that is no number', { exp: String(NOW + 60) }],
  ['an end now', { exp: NOW }],
  ['an end more than 300 s ahead', { exp: NOW + 301 }],
  ['an issue in the future', { iat: NOW + 31 }],
  ['an issue long ago', { iat: NOW - 3601 }],
  ['a beginning in the future', { nbf: NOW + 31 }],
  ['no id', { jti: undefined }],
  ['an empty id', { jti: '' }],
  ['an id of 257 characters', { jti: 'x'.repeat(257) }],
])('rule 10: refused is an assertion with %s', async (_, claims) => {
  expect((await send(assertion({ claims }))).status).toBe(401);
});

test('rule 10: of 8 replays in parallel one wins', async () => {
  const endpoints = Array.from({ length: 8 }, () => world.newEndpoint());
  const text = assertion();
  const form = { ...CREDENTIALS, client_assertion_type: TYPE, client_assertion: text };
  const answers = await Promise.all(endpoints.map((endpoint) => world.send(form, {}, endpoint)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401, 401, 401]);
  expect((await send(text)).status).toBe(401);
});

test('rule 10: the same id of another client is another assertion', async () => {
  const other = await world.client(registration({ ES256: ES }));
  const claims = { jti: 'the-same' };
  expect((await send(assertion({ claims }))).status).toBe(200);
  expect((await send(assertion({ claims: { ...claims, iss: other.id, sub: other.id } }))).status).toBe(200);
});

test('rule 10: what is stored of a used assertion is a hash that goes when the assertion has ended', async () => {
  await send(assertion({ claims: { jti: 'visible-id' } }));
  const items = await world.used();
  expect(JSON.stringify(items)).not.toContain('visible-id');
  expect(items.every(({ pk, purgeAt }) => /^once#assertion#[\w-]{43}$/.test(String(pk)) && purgeAt === NOW + 60)).toBe(
    true,
  );
});

test('an assertion of somebody else uses nothing up', async () => {
  const before = (await world.used()).length;
  expect((await send(assertion({ key: OTHER }))).status).toBe(401);
  expect(await world.used()).toHaveLength(before);
});

test.each([
  ['HS256 with the public key as secret', () => hmacAssertion()],
  [
    'no algorithm',
    () =>
      `${assertion({ header: { alg: 'none' } })
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
  ],
  ['another key under a registered id', () => assertion({ key: OTHER })],
  ['an unknown key id', () => assertion({ header: { kid: 'unknown' } })],
  ['the algorithm of another registered key', () => assertion({ key: KEYS.RS256, algorithm: 'PS256' })],
  ['a key of its own in the header (A11)', () => assertion({ key: OTHER, header: { jwk: OTHER.jwk } })],
  ['an address of keys (A11)', () => assertion({ header: { jku: 'https://keys.example.com' } })],
  ['a certificate address (A11)', () => assertion({ header: { x5u: 'https://keys.example.com' } })],
  ['a critical member', () => assertion({ header: { crit: ['exp'] } })],
])('rule 11: refused is %s', async (_, make) => {
  expect((await send(make())).status).toBe(401);
});

function hmacAssertion(): string {
  const payload = { iss: id, sub: id, aud: ISSUER, exp: NOW + 60, iat: NOW, jti: `h-${++ids}` };
  return signed({ alg: 'HS256', kid: 'es' }, payload, JSON.stringify(ES.jwk), 'HS256');
}

test.each([undefined, 'JWT', 'jwt', 'client-authentication+jwt', 'application/client-authentication+jwt'])(
  'rule 11: the type may be %p',
  async (typ) => {
    expect((await send(assertion({ header: { typ } }))).status).toBe(200);
  },
);

test.each(['at+jwt', 'dpop+jwt', 'logout+jwt', 'token-introspection+jwt', '', 5])(
  'rule 11, A10: the type %p is that of something else',
  async (typ) => {
    expect((await send(assertion({ header: { typ } }))).status).toBe(401);
  },
);

test('A10: an access token of the platform is no assertion', async () => {
  const { body } = await send(assertion());
  expect((await send(body.access_token)).status).toBe(401);
});

test('rule 12: a key that is weak, or of another algorithm than it is registered for, verifies nothing', async () => {
  const weak = rsaKey('weak', { alg: 'RS256' }, 1024);
  const client = await world.client(registration({ RS256: weak, PS256: ES }));
  for (const key of [weak, ES]) {
    const claims = { iss: client.id, sub: client.id };
    expect((await send(assertion({ key, claims }))).status).toBe(401);
  }
});

test('rule 12: without a key id each registered key of the algorithm is tried', async () => {
  expect((await send(assertion({ header: { kid: undefined } }))).status).toBe(200);
});

test.each([
  ['another type', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
  ['no type', { client_assertion_type: '' }],
  ['no assertion', { client_assertion: '' }],
])('an assertion with %s is no authentication', async (_, form) => {
  expect((await send(assertion(), form)).status).toBe(401);
  expect(world.reads).toEqual([]);
});

test('an assertion of a client without the method is refused', async () => {
  const client = await world.client({ ...registration({ ES256: ES }), authMethods: ['client_secret_basic'] });
  expect((await send(assertion({ claims: { iss: client.id, sub: client.id } }))).status).toBe(401);
});

test.each(['not-an-id', '../../token', 'token#AAAAAAAAAAAA'])('the client %p costs no read', async (name) => {
  expect((await send(assertion({ claims: { iss: name, sub: name } }))).status).toBe(401);
  expect(world.reads).toEqual([]);
});
