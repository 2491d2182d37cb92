import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import type { RotationRecord } from '../../../lambdas/lib/rotation-record';
import type { SigningTiming } from '../../../lambdas/lib/rotation-timing';
import { createSigner } from '../../../lambdas/lib/signer';
import type { SigningAlgorithm, SigningKey } from '../../../lambdas/lib/signing-keys';
import { newSigningKey } from '../../../lambdas/rotation/kinds/signing-keys';

const TIMING: SigningTiming = {
  writerCacheSeconds: 300,
  publicationCacheSeconds: 300,
  verifierCacheSeconds: 3600,
  skewSeconds: 60,
  maxTokenLifetimeSeconds: 3600,
  rollBackSeconds: 0,
};
const PUBLISH_MS = 3960 * 1000;
const TYPED = { type: 'at+jwt', lifetimeSeconds: 600 };

let now: number;
let keys: SigningKey[];
let base: string | null;
let published: number[];
let reads: number;
let failure: Error | undefined;
let warnings: string[];

beforeAll(async () => {
  keys = await Promise.all([newSigningKey('ES256'), newSigningKey('ES256')]);
});

beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  base = 'v1';
  published = [now - PUBLISH_MS, now];
  reads = 0;
  failure = undefined;
  warnings = [];
});

const secret = () =>
  JSON.stringify({
    schema: 1,
    kind: 'signing-keys',
    generation: 2,
    basedOnVersionId: base,
    createdAt: '2026-01-01T00:00:00.000Z',
    payload: { current: keys[0], next: keys[1], retired: [] },
  });

const record = (): RotationRecord => ({
  pk: 'rotation#x',
  entity: 'rotation',
  secretName: 'x',
  credentials: keys.flatMap(({ kid, publicJwk }, index) => {
    const publishedAt = published[index];
    return publishedAt === undefined ? [] : [{ id: kid, addedAt: 1, publishedAt, publicJwk }];
  }),
  version: 1,
});

const signer = (text = secret) =>
  createSigner(TIMING, {
    now: () => now,
    readSecret: async () => {
      reads += 1;
      if (failure) {
        throw failure;
      }
      return text();
    },
    readRecord: async () => record(),
    warn: (event) => warnings.push(event),
  });

test.each(['ES256', 'RS256', 'EdDSA'] as const)(
  'signs with the current key: %s',
  async (algorithm: SigningAlgorithm) => {
    const key = await newSigningKey(algorithm);
    const others = keys;
    keys = [key, ...others.slice(1)];
    const token = await signer().sign({ iss: 'https://issuer.example', sub: 'app' }, TYPED);
    keys = others;
    expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, kid: key.kid, typ: 'at+jwt' });
    // A key set as the endpoint serves it.
    const set = { keys: [key.publicJwk] } as unknown as JSONWebKeySet;
    const { payload } = await jwtVerify(token, createLocalJWKSet(set), { currentDate: new Date(now) });
    expect(payload).toEqual({ iss: 'https://issuer.example', sub: 'app', iat: now / 1000, exp: now / 1000 + 600 });
  },
);

test.each([0, -1, 3601, Number.NaN])(
  'a life of %d s is refused: the key would be gone first',
  async (lifetimeSeconds) => {
    await expect(signer().sign({}, { ...TYPED, lifetimeSeconds })).rejects.toThrow('expected 1 to 3600');
    expect(reads).toBe(0);
  },
);

test('claims cannot set their own times', async () => {
  const token = await signer().sign({ exp: 9_999_999_999, iat: 1 }, TYPED);
  expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).toEqual({
    iat: now / 1000,
    exp: now / 1000 + 600,
  });
});

test('J2 a key that has not been published for T_pub does not sign', async () => {
  published = [now - PUBLISH_MS + 1, now];
  await expect(signer().sign({}, TYPED)).rejects.toThrow('has not been published for 3960 s');
  published = [];
  await expect(signer().sign({}, TYPED)).rejects.toThrow('is not published');
});

test('J2 the very first key signs as soon as it is published', async () => {
  base = null;
  published = [];
  await expect(signer().sign({}, TYPED)).rejects.toThrow('is not published');
  published = [now, now];
  await expect(signer().sign({}, TYPED)).resolves.toContain('.');
});

test('the document is read again at half of its age', async () => {
  const one = signer();
  await one.sign({}, TYPED);
  now += 149_999;
  await one.sign({}, TYPED);
  expect(reads).toBe(1);
  now += 1;
  await one.sign({}, TYPED);
  expect(reads).toBe(2);
});

test('F21 J5 while it cannot be read the copy serves until it is too old, then nothing is signed', async () => {
  const one = signer();
  await one.sign({}, TYPED);
  failure = new Error('canary outage');
  now += 299_999;
  await expect(one.sign({}, TYPED)).resolves.toContain('.');
  expect(warnings).toEqual(['signing_key_refresh_failed']);
  now += 1;
  await expect(one.sign({}, TYPED)).rejects.toThrow('signing keys cannot be read');
  failure = undefined;
  await expect(one.sign({}, TYPED)).resolves.toContain('.');
});

test('a clock that jumps back does not keep the copy for longer', async () => {
  const one = signer();
  await one.sign({}, TYPED);
  failure = new Error('outage');
  now -= 3_600_000;
  await expect(one.sign({}, TYPED)).rejects.toThrow('signing keys cannot be read');
});

test('requests at the same time read once', async () => {
  const one = signer();
  await Promise.all([one.sign({}, TYPED), one.sign({}, TYPED), one.sign({}, TYPED)]);
  expect(reads).toBe(1);
});

test.each(['canary {', '{"schema":2,"kind":"signing-keys","canary":1}', '{"schema":1,"kind":"canary"}', 'null'])(
  'a secret that is none of ours is refused and not quoted: %s',
  async (text) => {
    const error: Error = await signer(() => text)
      .sign({}, TYPED)
      .then(
        () => new Error('signed'),
        (one) => one,
      );
    expect(error.message).toBe('secret of signing keys is no document of signing keys of schema 1');
    expect(String(error.cause)).not.toContain('canary');
  },
);
