import type { TokenEndpointPorts } from '../../../lambdas/token-endpoint/ports';
import { ecKey, signed } from '../authorizer/support/access-tokens';
import { ISSUER, SHOP } from './support/config';
import {
  type Answer,
  basic,
  CREDENTIALS,
  claimsOf,
  EndpointWorld,
  exchange,
  type Form,
  NOW,
  type Sent,
} from './support/world';

const KEY = ecKey('k');
const { kid: _, ...JWK } = KEY.jwk;
const OUTSIDE = ['readItem', 'readSecret', 'readRotationRecord', 'useOnce', 'revoke'] as const;

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

type Request = readonly [Form, Sent];
let ids = 0;

const proof = () =>
  signed(
    { typ: 'dpop+jwt', alg: 'ES256', jwk: JWK },
    { jti: `p${++ids}`, htm: 'POST', htu: `${ISSUER}/oauth2/token`, iat: NOW },
    KEY.privateKey,
    'ES256',
  );

/** A client with a key, and a request by an assertion and a proof, which write. */
async function byKey(): Promise<Request> {
  const key = { kid: 'k', algorithm: 'ES256', publicJwk: KEY.jwk, createdAt: 1 } as const;
  const { id } = await world.client({ authMethods: ['private_key_jwt'], secrets: [], keys: [key] });
  const claims = { iss: id, sub: id, aud: ISSUER, exp: NOW + 60, jti: `a${++ids}` };
  const client_assertion = signed({ alg: 'ES256', kid: 'k' }, claims, KEY.privateKey, 'ES256');
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  return [{ ...CREDENTIALS, client_assertion, client_assertion_type }, { headers: { DPoP: proof() } }];
}

async function bySecret(path = '/oauth2/token', form: Form = CREDENTIALS): Promise<Request> {
  const { id, secret } = await world.client({ application: 'shop-backend' });
  return [form, { path, headers: { Authorization: basic(id, secret) } }];
}

/** An access token that the backend of the shop may ask about. */
async function issued(): Promise<string> {
  const { token } = await world.token({ application: 'shop-backend' });
  return (await world.send(exchange(token, { resource: SHOP }))).body.access_token;
}

const REQUESTS: Readonly<Record<string, () => Promise<Request>>> = {
  'client credentials by a secret': () => bySecret(),
  'client credentials by an assertion, with a proof': byKey,
  'an exchange': async () => [exchange((await world.token()).token), {}],
  'an exchange with a client and a proof': async () => {
    const { token } = await world.token({ application: 'shop-backend' });
    const [, { headers }] = await bySecret();
    return [exchange(token), { headers: { ...headers, DPoP: proof() } }];
  },
  'introspection of an API token': async () => bySecret('/oauth2/introspect', { token: (await world.token()).token }),
  'introspection of an access token': async () => bySecret('/oauth2/introspect', { token: await issued() }),
  'revocation of an API token': async () => [{ token: (await world.token()).token }, { path: '/oauth2/revoke' }],
  'the metadata': async () => [{}, { method: 'GET', path: '/.well-known/oauth-authorization-server' }],
};

/** Ports of which the n-th call fails. */
function failing(at: number): { readonly ports: TokenEndpointPorts; readonly calls: () => number } {
  const real = world.ports();
  let calls = 0;
  const wrapped = Object.fromEntries(
    OUTSIDE.map((name) => [
      name,
      async (...args: never[]) => {
        calls += 1;
        if (calls === at) {
          throw new Error('canary');
        }
        return (real[name] as (...all: never[]) => Promise<unknown>)(...args);
      },
    ]),
  );
  return { ports: { ...real, ...wrapped } as TokenEndpointPorts, calls: () => calls };
}

async function sendWith(ports: TokenEndpointPorts, [form, sent]: Request): Promise<Answer> {
  world.overrides = ports;
  return world.send(form, sent, world.newEndpoint());
}

test.each(Object.entries(REQUESTS))('%s: whichever call fails, the answer is 503 and has no token', async (_, make) => {
  const whole = failing(0);
  expect((await sendWith(whole.ports, await make())).status).toBe(200);
  const calls = whole.calls();
  expect(calls).toBeGreaterThan(0);
  for (let at = 1; at <= calls; at++) {
    world.overrides = {};
    const request = await make();
    const { status, headers, text, body } = await sendWith(failing(at).ports, request);
    expect([at, status, headers['retry-after'], body.error]).toEqual([at, 503, '5', 'temporarily_unavailable']);
    expect(text).not.toContain('canary');
    expect(text).not.toContain('access_token"');
  }
});

test('a crash at each write of a request by assertion and proof: one assertion and one proof give one token at most', async () => {
  const writes = 2;
  for (let at = 1; at <= writes; at++) {
    for (const when of ['before', 'after'] as const) {
      world.overrides = {};
      const request = await byKey();
      let write = 0;
      const real = world.ports();
      const useOnce: TokenEndpointPorts['useOnce'] = async (...args) => {
        write += 1;
        if (write === at && when === 'before') {
          throw new Error('crash');
        }
        const isFirst = await real.useOnce(...args);
        if (write === at) {
          throw new Error('crash');
        }
        return isFirst;
      };
      const crashed = await sendWith({ ...real, useOnce }, request);
      // The client sends the very same again, twice.
      const again = [await sendWith(real, request), await sendWith(real, request)];
      const tokens = [crashed, ...again].filter(({ status }) => status === 200);
      // Where nothing was written by the crash the first repeat still gets the one token.
      expect(tokens).toHaveLength(at === 1 && when === 'before' ? 1 : 0);
      // A new assertion and a new proof are all that it takes.
      world.overrides = {};
      expect((await sendWith(real, await byKey())).status).toBe(200);
    }
  }
});

test.each([
  ['the pepper', 'acme-dev-pepper'],
  ['the signing keys', 'acme-dev-signing-keys'],
])('a damaged secret of %s is no token, and is not quoted', async (_, damaged) => {
  const real = world.ports();
  const readSecret = async (name: string) => (name === damaged ? 'canary {' : real.readSecret(name));
  const { status, text } = await sendWith({ ...real, readSecret }, await bySecret());
  expect(status).toBeGreaterThanOrEqual(500);
  expect(`${text}${world.output}`).not.toMatch(/canary|access_token/);
});

test('a key that is not published signs nothing: 503', async () => {
  const readRotationRecord = async () => ({ ...world.rotationRecord(), credentials: [] });
  const { status, body } = await sendWith({ ...world.ports(), readRotationRecord }, await bySecret());
  expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
});

test('a mistake of the function is 500, and says nothing of itself', async () => {
  const newId = () => {
    throw new TypeError('canary');
  };
  const { status, text } = await sendWith({ ...world.ports(), newId }, await bySecret());
  expect([status, JSON.parse(text).error]).toEqual([500, 'server_error']);
  expect(text).not.toContain('canary');
});

test('50 parallel exchanges of one token: each has its own id, none outlives the token, and nothing is written', async () => {
  const { token, id } = await world.token({ expiresAt: NOW + 500 });
  const before = (await world.table.items()).length;
  const endpoints = Array.from({ length: 5 }, () => world.newEndpoint());
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => world.send(exchange(token), {}, endpoints[index % 5])),
  );
  const claims = answers.map(({ body }) => claimsOf(body.access_token));
  expect(new Set(claims.map(({ jti }) => jti)).size).toBe(50);
  expect(
    claims.every(
      ({ exp, src, scope }) => exp === NOW + 500 && src === `token:${id}` && scope === 'sales:read sales:write',
    ),
  ).toBe(true);
  expect((await world.table.items()).length).toBe(before);
});

test('a revocation between parallel exchanges: none that begins after it gets a token', async () => {
  const { token, id } = await world.token();
  const item = (await world.table.items()).find(({ pk }) => pk === `token#${id}`);
  const during = Array.from({ length: 20 }, () => world.send(exchange(token), {}, world.newEndpoint()));
  await world.put({ ...item, status: 'revoked' });
  const after = await Promise.all(
    Array.from({ length: 20 }, () => world.send(exchange(token), {}, world.newEndpoint())),
  );
  expect(after.map(({ status }) => status)).toEqual(Array(20).fill(400));
  expect((await Promise.all(during)).every(({ status }) => status === 200 || status === 400)).toBe(true);
});

test('what was used for one purpose was not used for another', async () => {
  const { useOnce } = world.ports();
  expect(await useOnce('dpop', 'hash-1', NOW)).toBe(true);
  expect(await useOnce('dpop', 'hash-1', NOW)).toBe(false);
  expect(await useOnce('assertion', 'hash-1', NOW)).toBe(true);
});
