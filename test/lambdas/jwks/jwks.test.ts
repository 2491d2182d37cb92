import type { JwksConfig } from '../../../lambdas/jwks/config';
import { createJwks } from '../../../lambdas/jwks/jwks';
import type { LogEntry } from '../../../lambdas/lib/log';
import type { CredentialEntry, RotationRecord } from '../../../lambdas/lib/rotation-record';

const CONFIG: JwksConfig = {
  version: 1,
  region: 'eu-west-1',
  rotationTable: 'acme-dev-rotation',
  secretName: 'acme-dev-signing-keys',
  publicationCacheSeconds: 300,
};

const publicJwk = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid, alg: 'ES256', use: 'sig' });

const entry = (id: string, more: Partial<CredentialEntry> = {}): CredentialEntry => ({
  id,
  addedAt: 1,
  publishedAt: 1,
  publicJwk: publicJwk(id),
  ...more,
});

let now: number;
let reads: number;
let record: RotationRecord | undefined | Error;
let logs: LogEntry[];

beforeEach(() => {
  now = 1_000_000;
  reads = 0;
  logs = [];
  record = recordOf(entry('b'), entry('a'));
});

function recordOf(...credentials: CredentialEntry[]): RotationRecord {
  return { pk: 'rotation#x', entity: 'rotation', secretName: 'x', credentials, version: 1 };
}

const endpoint = (config = CONFIG) =>
  createJwks(config, {
    now: () => now,
    readRecord: async () => {
      reads += 1;
      if (record instanceof Error) {
        throw record;
      }
      return record;
    },
    log: (one) => {
      logs.push(one);
    },
  });

test('serves the public keys by their ids', async () => {
  const answer = await endpoint()({});
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/jwk-set+json');
  expect(JSON.parse(answer.body)).toEqual({ keys: [publicJwk('a'), publicJwk('b')] });
});

test('a private member never leaves, even if one were on record', async () => {
  record = recordOf(entry('a', { publicJwk: { ...publicJwk('a'), d: 'canary', oth: 'canary', dp: 'canary' } }));
  expect((await endpoint()({})).body).not.toContain('canary');
});

test('a key that was taken out is not served', async () => {
  const { publicJwk: _, ...removed } = entry('old', { removedAt: 5 });
  record = recordOf(entry('a'), removed);
  expect(JSON.parse((await endpoint()({})).body).keys).toHaveLength(1);
});

test.each([
  [10, 5, 5],
  [60, 30, 30],
  [300, 30, 270],
  [3600, 30, 3570],
])('of %i s the function keeps its copy for %i and caches for %i', async (publicationCacheSeconds, memory, maxAge) => {
  const jwks = endpoint({ ...CONFIG, publicationCacheSeconds });
  expect((await jwks({})).headers['cache-control']).toBe(`public, max-age=${maxAge}, must-revalidate`);
  now += memory * 1000 - 1;
  await jwks({});
  expect(reads).toBe(1);
  now += 1;
  await jwks({});
  expect(reads).toBe(2);
  expect(memory + maxAge).toBe(publicationCacheSeconds);
});

test('an older copy is never served, whatever fails', async () => {
  const jwks = endpoint();
  await jwks({});
  record = Object.assign(new Error('canary'), { name: 'TimeoutError' });
  now += 29_999;
  expect((await jwks({})).statusCode).toBe(200);
  now += 1;
  const answer = await jwks({});
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'cache-control': 'no-store', 'retry-after': '5' } });
  expect(logs).toEqual([{ level: 'error', evt: 'jwks.read_failed', fields: { error: 'TimeoutError' } }]);
});

test('a clock that jumps back does not keep a copy', async () => {
  const jwks = endpoint();
  await jwks({});
  now -= 86_400_000;
  await jwks({});
  expect(reads).toBe(2);
});

test.each([
  ['no record', undefined],
  ['no keys', recordOf()],
])('%s is 503 and not an empty set', async (_name, one) => {
  record = one;
  const answer = await endpoint()({});
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'cache-control': 'no-store' } });
});

test('a reader that has the set gets 304', async () => {
  const jwks = endpoint();
  const { etag = '' } = (await jwks({})).headers;
  expect(await jwks({ headers: { 'If-None-Match': etag } })).toMatchObject({ statusCode: 304, body: '' });
  expect(await jwks({ headers: { 'If-None-Match': '"other"' } })).toMatchObject({ statusCode: 200 });
  record = recordOf(entry('c'));
  now += 30_000;
  expect(await jwks({ headers: { 'if-none-match': etag } })).toMatchObject({ statusCode: 200 });
});
