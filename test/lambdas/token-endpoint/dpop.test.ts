import { ecKey, edKey, type SigningKey, signed } from '../authorizer/support/access-tokens';
import { jktOf } from '../authorizer/support/proofs';
import { ISSUER } from './support/config';
import { basic, CREDENTIALS, claimsOf, EndpointWorld, exchange, NOW } from './support/world';

const KEY = ecKey('dpop');
const OTHER = ecKey('other');

let world: EndpointWorld;
let client: { readonly id: string; readonly secret: string };
beforeAll(async () => {
  world = await EndpointWorld.start();
  client = await world.client();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

let proofs = 0;

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: SigningKey;
  readonly signedBy?: SigningKey;
}

function proof({ header, claims, key = KEY, signedBy = key }: Changes = {}): string {
  const { kid: _, ...jwk } = key.jwk;
  const alg = String(key.jwk.alg);
  const payload = { jti: `p-${++proofs}`, htm: 'POST', htu: `${ISSUER}/oauth2/token`, iat: world.now, ...claims };
  return signed({ typ: 'dpop+jwt', alg, jwk, ...header }, payload, signedBy.privateKey, alg);
}

function send(text?: string, form: Record<string, string> = CREDENTIALS, by = client) {
  const headers = { Authorization: basic(by.id, by.secret), ...(text !== undefined && { DPoP: text }) };
  return world.send(form, { headers });
}

test.each([KEY, edKey('ed')])('rule 15: a token for a proof is bound to its key', async (key) => {
  const { status, body } = await send(proof({ key }));
  expect([status, body.token_type]).toEqual([200, 'DPoP']);
  expect(claimsOf(body.access_token).cnf).toEqual({ jkt: jktOf(key) });
});

test('rule 15: an exchange is bound, too', async () => {
  const { token } = await world.token();
  const { body } = await send(proof(), exchange(token));
  expect([body.token_type, claimsOf(body.access_token).cnf]).toEqual(['DPoP', { jkt: jktOf(KEY) }]);
});

test('rule 15: a client whose tokens are always bound gets none without a proof', async () => {
  const bound = await world.client({ dpopBoundAccessTokens: true });
  const { token } = await world.token();
  expect((await send(undefined, CREDENTIALS, bound)).body.error).toBe('invalid_dpop_proof');
  expect((await send(undefined, exchange(token), bound)).body.error).toBe('invalid_dpop_proof');
  expect((await send(proof(), CREDENTIALS, bound)).status).toBe(200);
});

test.each<[string, () => string]>([
  ['another method', () => proof({ claims: { htm: 'GET' } })],
  ['another address', () => proof({ claims: { htu: `${ISSUER}/oauth2/introspect` } })],
  ['another host (A9)', () => proof({ claims: { htu: 'https://other.example.com/oauth2/token' } })],
  ['no address', () => proof({ claims: { htu: undefined } })],
  ['a time long ago', () => proof({ claims: { iat: NOW - 90 } })],
  ['a time to come', () => proof({ claims: { iat: NOW + 31 } })],
  ['no time', () => proof({ claims: { iat: undefined } })],
  ['no id', () => proof({ claims: { jti: undefined } })],
  ['a signature of another key (A9)', () => proof({ signedBy: OTHER })],
  ['no key', () => proof({ header: { jwk: undefined } })],
  ['a private key', () => proof({ header: { jwk: { ...KEY.jwk, d: 'x' } } })],
  ['another type (A10)', () => proof({ header: { typ: 'JWT' } })],
  ['no type', () => proof({ header: { typ: undefined } })],
  ['a critical member', () => proof({ header: { crit: ['x'] } })],
  ['no form of a JWT', () => 'x.y.z'],
])('rule 15: refused is a proof with %s', async (_, make) => {
  const { status, body } = await send(make());
  expect([status, body.error]).toEqual([400, 'invalid_dpop_proof']);
});

test('rule 15: two proofs are refused', async () => {
  const headers = { Authorization: basic(client.id, client.secret), DPoP: proof(), dpop: proof() };
  expect((await world.send(CREDENTIALS, { headers })).status).toBe(400);
});

test('rule 15: the address of the domain with mutual TLS is one of the endpoint', async () => {
  expect((await send(proof({ claims: { htu: `${world.config.mtlsUrl}/oauth2/token?x#y` } }))).status).toBe(200);
});

test('rule 15, A9: a proof is used once, whichever execution environment sees it', async () => {
  const text = proof();
  const headers = { Authorization: basic(client.id, client.secret), DPoP: text };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => world.send(CREDENTIALS, { headers }, world.newEndpoint())),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
});

test('rule 15: a proof is not used up by a request that is refused, nor by a stranger', async () => {
  const text = proof();
  const before = (await world.used()).length;
  expect((await send(text, { ...CREDENTIALS, scope: 'unknown:scope' })).body.error).toBe('invalid_scope');
  expect((await send(text, CREDENTIALS, { id: client.id, secret: 'x' })).body.error).toBe('invalid_client');
  expect(await world.used()).toHaveLength(before);
  expect((await send(text)).status).toBe(200);
});

test('a platform without DPoP refuses proofs, because an unbound token would be a downgrade', async () => {
  const { dpop: _, ...config } = world.config;
  world.config = config;
  expect((await send(proof())).body.error).toBe('invalid_dpop_proof');
});

describe('with nonces', () => {
  const DPOP = { algorithms: ['ES256'], maxAgeSeconds: 60, requireNonce: true } as const;
  beforeEach(() => {
    world.config = { ...world.config, dpop: DPOP };
  });

  /** The nonce that a refused request gets. */
  const nonce = async () => (await send(proof())).headers['dpop-nonce'] ?? '';

  test('rule 16: a proof without one is answered with one, and the next request gets a token', async () => {
    const { status, headers, body } = await send(proof());
    expect([status, body.error]).toEqual([400, 'use_dpop_nonce']);
    const next = await send(proof({ claims: { nonce: headers['dpop-nonce'] } }));
    expect([next.status, next.headers['dpop-nonce']]).toEqual([200, headers['dpop-nonce']]);
  });

  test('rule 16: a nonce counts in its window and in the next, and nothing about it is stored', async () => {
    const before = (await world.table.items()).length;
    const first = await nonce();
    world.now += 60;
    expect((await send(proof({ claims: { nonce: first } }))).status).toBe(200);
    world.now += 60;
    expect((await send(proof({ claims: { nonce: first } }))).body.error).toBe('use_dpop_nonce');
    // The one accepted proof.
    expect((await world.table.items()).length).toBe(before + 1);
  });

  test('rule 16: every execution environment knows the nonces of the others', async () => {
    const first = await nonce();
    const headers = {
      Authorization: basic(client.id, client.secret),
      DPoP: proof({ claims: { nonce: first } }),
    };
    expect((await world.send(CREDENTIALS, { headers }, world.newEndpoint())).status).toBe(200);
  });

  test.each(['forged', '', 5, 'A'.repeat(32)])('rule 16, A9: refused is the nonce %p', async (value) => {
    expect((await send(proof({ claims: { nonce: value } }))).body.error).toBe('use_dpop_nonce');
  });

  test('rule 16: a nonce of another issuer is none', async () => {
    const first = await nonce();
    world.config = { ...world.config, issuer: 'https://other.example.com' };
    const claims = { nonce: first, htu: 'https://other.example.com/oauth2/token' };
    const headers = { Authorization: basic(client.id, client.secret), DPoP: proof({ claims }) };
    expect((await world.send(CREDENTIALS, { headers }, world.newEndpoint())).body.error).toBe('use_dpop_nonce');
  });
});

test('a nonce that is not demanded must still be one, where a proof has it', async () => {
  expect((await send(proof({ claims: { nonce: 'forged' } }))).body.error).toBe('use_dpop_nonce');
});
