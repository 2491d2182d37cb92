import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { s3Objects } from '../../../lambdas/lib/s3-objects';
import { signRequest } from '../../../lambdas/lib/sigv4';
import type { BucketSpec, LocalAws } from '../../../sandbox/aws';
import { AwsLab } from './support';

const PLAIN: BucketSpec = { name: 'gh-dev-lines' };
const LOCKED: BucketSpec = { name: 'gh-dev-trail', retentionDays: 2 };
const DAY_MS = 86_400_000;

let lab: AwsLab;
let aws: LocalAws;
let now: number;

beforeEach(async () => {
  lab = new AwsLab();
  now = Date.parse('2026-03-04T05:06:07Z');
  aws = await lab.start({ buckets: [PLAIN, LOCKED], clock: () => now });
});
afterEach(() => lab.dispose());

function objects(bucket: string, local = aws) {
  const access = { endpoint: local.endpoint, credentials: local.credentials };
  return s3Objects({ region: 'eu-west-1', bucket, access });
}

/** A request as a client signs it that is not the kit's. */
async function send(
  method: string,
  target: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const { host } = new URL(aws.endpoint);
  const [pathname = '', query = ''] = target.split('?');
  const scope = { service: 's3', region: 'eu-west-1', date: new Date() };
  const signed = signRequest({ method, host, path: pathname, query, headers, body }, scope, aws.credentials);
  const response = await fetch(`${aws.endpoint}${target}`, { method, headers: signed, ...(body ? { body } : {}) });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test('an object is given back as it was put, and lies under its key in the state folder', async () => {
  expect(await objects(PLAIN.name).putNew('a/b=1/c.txt', 'ü\n', 'text/plain')).toBe(true);
  expect(await objects(PLAIN.name).get('a/b=1/c.txt')).toBe('ü\n');
  expect(readFileSync(path.join(lab.stateDir, 'buckets', PLAIN.name, 'a/b=1/c.txt'), 'utf8')).toBe('ü\n');
});

test('an object that is not there is none', async () => {
  expect(await objects(PLAIN.name).get('a/b')).toBeUndefined();
});

test('If-None-Match refuses a key that is taken, and leaves its object', async () => {
  await objects(LOCKED.name).putNew('seals/1', 'first', 'text/plain');
  expect(await objects(LOCKED.name).putNew('seals/1', 'second', 'text/plain')).toBe(false);
  expect(await objects(LOCKED.name).get('seals/1')).toBe('first');
});

test('a checksum of other bytes is refused, and nothing is put', async () => {
  const headers = { 'x-amz-checksum-sha256': 'AAAA' };
  expect(await send('PUT', `/${PLAIN.name}/x`, { headers, body: 'text' })).toMatchObject({
    status: 400,
    text: expect.stringContaining('<Code>BadDigest</Code>'),
  });
  expect(existsSync(path.join(lab.stateDir, 'buckets', PLAIN.name, 'x'))).toBe(false);
});

test('a signature over another body is refused', async () => {
  const { host } = new URL(aws.endpoint);
  const url = `${aws.endpoint}/${PLAIN.name}/x`;
  const request = { method: 'PUT', host, path: `/${PLAIN.name}/x`, headers: {}, body: 'text' };
  const headers = signRequest(request, { service: 's3', region: 'eu-west-1', date: new Date() }, aws.credentials);
  expect((await fetch(url, { method: 'PUT', headers, body: 'other' })).status).toBe(403);
});

test('a list has the keys of a prefix in order, over several pages', async () => {
  for (const key of ['b/2', 'a/1', 'b/10', 'b/1', 'c']) {
    await objects(PLAIN.name).putNew(key, key, 'text/plain');
  }
  const keys: string[] = [];
  for await (const key of objects(PLAIN.name).list('b/')) {
    keys.push(key);
  }
  expect(keys).toEqual(['b/1', 'b/10', 'b/2']);
  const first = await send('GET', `/${PLAIN.name}?list-type=2&max-keys=2`);
  expect(first.text).toContain('<IsTruncated>true</IsTruncated>');
  const [, token = ''] = /<NextContinuationToken>([^<]+)/.exec(first.text) ?? [];
  const second = await send('GET', `/${PLAIN.name}?continuation-token=${token}&list-type=2`);
  expect([...second.text.matchAll(/<Key>([^<]*)/g)].map(([, key]) => key)).toEqual(['b/10', 'b/2', 'c']);
});

test('the head of an object has its size, tag and time', async () => {
  await objects(PLAIN.name).putNew('x', 'hello', 'text/plain');
  const { status, headers, text } = await send('HEAD', `/${PLAIN.name}/x`);
  expect({ status, text, length: headers.get('content-length'), etag: headers.get('etag') }).toEqual({
    status: 200,
    text: '',
    length: '5',
    etag: '"5d41402abc4b2a76b9719d911017c592"',
  });
  expect(headers.get('last-modified')).toBe('Wed, 04 Mar 2026 05:06:07 GMT');
});

describe('Object Lock', () => {
  beforeEach(() => objects(LOCKED.name).putNew('seals/1', 'first', 'text/plain'));

  test.each(['DELETE', 'PUT'])('refuses %s while the retention runs', async (method) => {
    now += 2 * DAY_MS - 1000;
    expect(await send(method, `/${LOCKED.name}/seals/1`)).toMatchObject({
      status: 403,
      text: expect.stringContaining('<Code>AccessDenied</Code>'),
    });
    expect(await objects(LOCKED.name).get('seals/1')).toBe('first');
  });

  test('lets an object go when the retention is over', async () => {
    now += 2 * DAY_MS + 1000;
    expect((await send('DELETE', `/${LOCKED.name}/seals/1`)).status).toBe(204);
    expect(await objects(LOCKED.name).get('seals/1')).toBeUndefined();
  });
});

test('without Object Lock an object can be replaced and deleted', async () => {
  await send('PUT', `/${PLAIN.name}/x`, { body: 'one' });
  await send('PUT', `/${PLAIN.name}/x`, { body: 'two' });
  expect(await objects(PLAIN.name).get('x')).toBe('two');
  expect((await send('DELETE', `/${PLAIN.name}/x`)).status).toBe(204);
});

test('objects are there after a restart', async () => {
  await objects(LOCKED.name).putNew('seals/1', 'first', 'text/plain');
  await lab.stop(aws);
  const again = await lab.start({ buckets: [LOCKED], clock: () => now });
  expect(await objects(LOCKED.name, again).get('seals/1')).toBe('first');
});

test.each([
  ['GET', `/${LOCKED.name}/seals/1?versionId=x`],
  ['GET', `/${LOCKED.name}?versions=`],
  ['PUT', `/${LOCKED.name}/a//b`],
  ['PUT', `/${LOCKED.name}/a%20b`],
])('%s %s is not implemented, and says so', async (method, target) => {
  expect(await send(method, target)).toMatchObject({
    status: 501,
    text: expect.stringContaining('<Code>NotImplemented</Code>'),
  });
});

test('a bucket that is not planned is unknown', async () => {
  expect((await send('PUT', '/elsewhere/x', { body: 'x' })).status).toBe(501);
});
