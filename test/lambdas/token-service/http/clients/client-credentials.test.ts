import { generateKeyPairSync } from 'node:crypto';
import { parseApiToken } from '../../../../../lambdas/lib/api-token';
import { Harness } from '../../support/harness';
import { addApplication, createClient, newKey, storedClient } from './support';

let service: Harness;
let id: string;
beforeEach(async () => {
  service = await Harness.start();
  await addApplication(service, 'warehouse');
  id = (await createClient(service)).body.id;
});
afterEach(() => service.close());

const rotate = (body?: object, headers: Readonly<Record<string, string>> = {}) =>
  service.request('POST', `/v1/clients/${id}/rotate`, { ...(body === undefined ? {} : { body }), headers });
const addKey = (jwk: object) => service.request('POST', `/v1/clients/${id}/keys`, { body: { jwk } });

describe('secrets', () => {
  test('a new one is shown once and overlaps with the one before', async () => {
    const { status, body } = await rotate({ overlapSeconds: 3600 });
    expect({ status, parts: parseApiToken(body.secret) }).toMatchObject({
      status: 200,
      parts: { brand: 'acmecs', id },
    });
    expect(body.secrets).toEqual([
      { number: 1, createdAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-01T01:00:00Z' },
      { number: 2, createdAt: '2026-01-01T00:00:00Z' },
    ]);
  });

  test('there is no third while two are accepted', async () => {
    await rotate();
    const refused = await rotate();
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:gatehouse:problem:overlap-running' } });
    expect((await service.request('POST', `/v1/clients/${id}/end-grace`)).status).toBe(200);
    expect((await rotate()).body.secrets.map(({ number }: { number: number }) => number)).toEqual([2, 3]);
  });

  test('the newest is replaced where it was lost, and the one before keeps its end', async () => {
    await rotate({ overlapSeconds: 3600 });
    const { body } = await rotate({ replaceNewest: true });
    expect(body.secrets).toMatchObject([{ number: 1, endsAt: '2026-01-01T01:00:00Z' }, { number: 3 }]);
    expect((await rotate({ replaceNewest: true, overlapSeconds: 1 })).status).toBe(400);
  });

  test('a repeated request makes no third', async () => {
    const first = await rotate({}, { 'Idempotency-Key': 'k' });
    const second = await rotate({}, { 'Idempotency-Key': 'k' });
    expect(first.body.secret).toBeDefined();
    expect(second).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, body: { version: 2 } });
    expect(second.body.secret).toBeUndefined();
    expect((await storedClient(service, id)).generations).toHaveLength(2);
  });

  test('a request that died after its write makes no third either', async () => {
    const settle = service.ports.items;
    const lost = Object.assign(Object.create(Object.getPrototypeOf(settle)), settle, {
      update: async (...given: Parameters<typeof settle.update>) => {
        await settle.update(...given);
        throw new Error('the answer was lost');
      },
    });
    service.overrides = { items: lost };
    expect((await rotate({}, { 'Idempotency-Key': 'k' })).status).toBe(500);
    service.overrides = {};
    service.now += 31_000;
    const { status, headers, body } = await rotate({}, { 'Idempotency-Key': 'k' });
    expect({ status, replayed: headers['idempotent-replayed'] }).toEqual({ status: 200, replayed: 'true' });
    expect([body.secret, body.secrets.length]).toEqual([undefined, 2]);
  });

  test('a client that is disabled, or has no method with a secret, gets none', async () => {
    await service.request('POST', `/v1/clients/${id}/disable`);
    expect((await rotate()).status).toBe(409);
    id = (await createClient(service, { authMethods: ['private_key_jwt'] })).body.id;
    expect((await rotate()).body.detail).toContain('add client_secret_basic or client_secret_post to authMethods');
  });

  test('a client that gets such a method later gets its first secret by a rotation', async () => {
    id = (await createClient(service, { authMethods: ['private_key_jwt'] })).body.id;
    const body = { authMethods: ['private_key_jwt', 'client_secret_post'] };
    await service.request('PATCH', `/v1/clients/${id}`, { body, headers: { 'If-Match': '"1"' } });
    expect((await rotate()).body).toMatchObject({ secret: expect.any(String), secrets: [{ number: 1 }] });
  });
});

describe('public keys', () => {
  test('are kept with their public members alone, under their name or their thumbprint', async () => {
    const named = await addKey({ ...newKey({ kid: 'k-1' }), ext: true, key_ops: ['verify'], x5c: ['AAAA'] });
    expect(named.body.keys).toMatchObject([{ kid: 'k-1', algorithm: 'ES256' }]);
    expect(Object.keys(named.body.keys[0].jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'x', 'y']);
    const { publicKey } = generateKeyPairSync('ed25519');
    const { body } = await addKey(publicKey.export({ format: 'jwk' }));
    expect(body.keys[1]).toMatchObject({ kid: expect.stringMatching(/^[\w-]{43}$/), algorithm: 'EdDSA' });
  });

  test('come with the client, too', async () => {
    const { body } = await createClient(service, { authMethods: ['private_key_jwt'], keys: [newKey({ kid: 'a' })] });
    expect(body.keys).toMatchObject([{ kid: 'a' }]);
    const same = newKey({ kid: 'a' });
    const twice = await createClient(service, { keys: [same, same] });
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/keys/1' }] } });
  });

  test('a private one is refused, and nothing of it is repeated, logged or stored', async () => {
    const jwk = newKey({}, true);
    const { status, text } = await addKey(jwk);
    expect(status).toBe(400);
    const everything = `${text}${service.logText}${JSON.stringify(await service.table.items())}`;
    expect(text).toContain('private key');
    expect(everything).not.toContain(jwk.d);
  });

  test.each<[string, () => object]>([
    ['a symmetric key', () => ({ kty: 'oct', k: 'c2VjcmV0' })],
    ['RSA of 1024 bits', () => ({ ...rsa(1024), alg: 'PS256' })],
    ['RSA without an algorithm', () => rsa(2048)],
    ['RSA for an algorithm of HMAC', () => ({ ...rsa(2048), alg: 'HS256' })],
    [
      'an Edwards point of small order',
      () => ({ kty: 'OKP', crv: 'Ed25519', x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    ],
    ['a point that is not on its curve', () => ({ ...newKey(), y: newKey().y })],
    ['a key for encryption', () => newKey({ use: 'enc' })],
    ['a curve that is not allowed', () => ({ ...newKey(), crv: 'P-384' })],
    ['a name that cannot stand in a path', () => newKey({ kid: 'a/b' })],
    ['nothing', () => ({})],
  ])('%s is refused', async (_, jwk) => {
    expect((await addKey(jwk())).status).toBe(400);
  });

  test('RSA says which of its two algorithms is meant', async () => {
    expect((await addKey({ ...rsa(2048), alg: 'PS256' })).body.keys[0].algorithm).toBe('PS256');
  });

  test('are four at most; the same again changes nothing, and another of a name is refused', async () => {
    const first = newKey({ kid: 'k-0' });
    await addKey(first);
    expect((await addKey(first)).body.version).toBe(2);
    expect((await addKey(newKey({ kid: 'k-0' }))).status).toBe(409);
    for (const kid of ['k-1', 'k-2', 'k-3']) {
      await addKey(newKey({ kid }));
    }
    expect((await addKey(newKey({ kid: 'k-4' }))).status).toBe(409);
    const { body } = await service.request('DELETE', `/v1/clients/${id}/keys/k-0`);
    expect(body.keys.map(({ kid }: { kid: string }) => kid)).toEqual(['k-1', 'k-2', 'k-3']);
    expect((await service.request('DELETE', `/v1/clients/${id}/keys/k-0`)).status).toBe(404);
  });
});

function rsa(modulusLength: number) {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
}
