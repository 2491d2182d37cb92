import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secretsManagerPepper } from '../../../../lambdas/token-service/aws/pepper-source';

/** A Secrets Manager on loopback that gives one value. */
let server: Server;
let secretString: string | undefined;
let status: number;
let reads: { readonly target: unknown; readonly body: unknown }[];
let now: number;
/** How long a read takes. */
let readMs: number;
const environment = { ...process.env };

beforeEach(async () => {
  reads = [];
  status = 200;
  now = 0;
  readMs = 0;
  secretString = document('p1', 7);
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    now += readMs;
    reads.push({ target: request.headers['x-amz-target'], body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', connection: 'close' });
    response.end(JSON.stringify(status === 200 ? { SecretString: secretString } : { __type: 'AccessDeniedException' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
});

afterEach(async () => {
  process.env = { ...environment };
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function document(id: string, byte: number): string {
  const entry = (name: string, value: number) => ({ id: name, key: Buffer.alloc(32, value).toString('base64url') });
  return JSON.stringify({
    schema: 1,
    kind: 'pepper',
    generation: 1,
    basedOnVersionId: null,
    createdAt: '2026-01-01T00:00:00Z',
    payload: { next: entry('next', 1), current: entry(id, byte), retired: [entry('old', 2)] },
  });
}

const source = () => secretsManagerPepper({ region: 'eu-west-1', secret: 'acme-dev-pepper' }, () => now);

test('gives the current pepper, and the next and the retired ones apart from it', async () => {
  expect(await source()()).toEqual({
    id: 'p1',
    key: Buffer.alloc(32, 7),
    others: new Map([
      ['old', Buffer.alloc(32, 2)],
      ['next', Buffer.alloc(32, 1)],
    ]),
  });
  expect(reads).toEqual([
    { target: 'secretsmanager.GetSecretValue', body: { SecretId: 'acme-dev-pepper', VersionStage: 'AWSCURRENT' } },
  ]);
});

test('reads once a minute, and then sees a rotation', async () => {
  const pepper = source();
  await pepper();
  secretString = document('p2', 8);
  now = 59_999;
  expect((await pepper()).id).toBe('p1');
  now = 60_000;
  expect((await pepper()).id).toBe('p2');
  expect(reads.length).toBe(2);
});

test('counts the age of the pepper from before the read, however long it took', async () => {
  const pepper = source();
  readMs = 5000;
  await pepper();
  readMs = 0;
  secretString = document('p2', 8);
  now = 59_999;
  expect((await pepper()).id).toBe('p1');
  // What the read brought may have been replaced right after it began.
  now = 60_000;
  expect((await pepper()).id).toBe('p2');
});

test('does not remember a failure, nor fall back to what it knew', async () => {
  const pepper = source();
  await pepper();
  now = 60_000;
  status = 400;
  await expect(pepper()).rejects.toThrow('AccessDeniedException');
  status = 200;
  expect((await pepper()).id).toBe('p1');
});

test.each([
  ['no value', undefined, 'has no text value'],
  ['a value that is no document', '{"password":"hunter2"}', 'not a pepper document'],
  ['a value that is no JSON', 'hunter2', 'not a pepper document'],
])('refuses a secret with %s and does not repeat it', async (_, value, message) => {
  secretString = value;
  const failure = await source()().catch((error: Error) => error);
  expect(String(failure)).toContain(message);
  expect(String(failure)).not.toContain('hunter2');
});
