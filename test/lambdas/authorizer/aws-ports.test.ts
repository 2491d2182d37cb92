import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsPorts, fetchKeySet } from '../../../lambdas/authorizer/aws-ports';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import type { LogEntry } from '../../../lambdas/lib/log';
import { authorizerConfig } from './support/access-tokens';
import { eventFor, PEPPER, tokenItem } from './support/harness';

const environment = { ...process.env };
const config = authorizerConfig([]);
let server: Server;
let base: string;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env = { ...environment, AWS_ENDPOINT_URL: base, AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's' };
});
afterAll(() => {
  process.env = environment;
  server.closeAllConnections();
  server.close();
});

/** Answers the operations of AWS, each with a document; what was sent is kept. */
function aws(answers: Record<string, unknown>): { target: string; input: unknown }[] {
  const calls: { target: string; input: unknown }[] = [];
  answer = async (request, response) => {
    const target = String(request.headers['x-amz-target']);
    calls.push({ target, input: JSON.parse(Buffer.concat(await request.toArray()).toString()) });
    response.end(JSON.stringify(answers[target]));
  };
  return calls;
}

function attributes(value: unknown): unknown {
  if (Array.isArray(value)) {
    return { L: value.map(attributes) };
  }
  if (typeof value === 'object' && value !== null) {
    return { M: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, attributes(one)])) };
  }
  return typeof value === 'number' ? { N: String(value) } : { S: value };
}

test('reads an item by its key', async () => {
  const calls = aws({ 'DynamoDB_20120810.GetItem': { Item: { pk: { S: 'token#a' }, expiresAt: { N: '7' } } } });
  expect(await awsPorts(config).readItem('token#a', true)).toEqual({ pk: 'token#a', expiresAt: 7 });
  expect(calls).toEqual([
    {
      target: 'DynamoDB_20120810.GetItem',
      input: { TableName: 'tokens', Key: { pk: { S: 'token#a' } }, ConsistentRead: true },
    },
  ]);
});

test('an item that is not there is undefined', async () => {
  aws({ 'DynamoDB_20120810.GetItem': {} });
  expect(await awsPorts(config).readItem('token#a', false)).toBeUndefined();
});

test('reads the pepper', async () => {
  const calls = aws({ 'secretsmanager.GetSecretValue': { SecretString: 'text' } });
  expect(await awsPorts(config).readPepper()).toBe('text');
  expect(calls).toEqual([
    { target: 'secretsmanager.GetSecretValue', input: { SecretId: 'pepper', VersionStage: 'AWSCURRENT' } },
  ]);
});

test('a secret without text is an error', async () => {
  aws({ 'secretsmanager.GetSecretValue': { SecretBinary: 'AAE=' } });
  await expect(awsPorts(config).readPepper()).rejects.toThrow('secret holds no text');
});

test('a warning goes to the log', () => {
  const entries: LogEntry[] = [];
  awsPorts(config, (entry) => entries.push(entry)).warn('pepper_refresh_failed', new Error('down'));
  expect(entries).toEqual([{ level: 'warn', evt: 'auth.pepper_refresh_failed', fields: { error: 'Error: down' } }]);
});

describe('a key set', () => {
  test('is fetched', async () => {
    answer = (_, response) => void response.end('{"keys":[]}');
    expect(await fetchKeySet(`${base}/jwks`)).toEqual({ keys: [] });
  });

  test.each<[string, RequestListener, string]>([
    ['a redirect', (_, response) => void response.writeHead(302, { location: `${base}/other` }).end(), 'status 302'],
    ['an error', (_, response) => void response.writeHead(500).end(), 'status 500'],
    ['a page', (_, response) => void response.end('<html>'), 'JSON'],
    ['a long answer', (_, response) => void response.end('x'.repeat(150_001)), 'longer than 150000 bytes'],
  ])('is not taken from %s', async (_, listener, message) => {
    answer = listener;
    await expect(fetchKeySet(base)).rejects.toThrow(message);
  });

  test.each([
    'http://issuer.example.com/jwks',
    'http://127.0.0.1.example.com/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
  ])('is not fetched from %s', async (uri) => {
    await expect(fetchKeySet(uri)).rejects.toThrow('expected https');
  });
});

describe('the handler', () => {
  test('decides with the packaged configuration, and its log holds no secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-handler-'));
    const file = join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    process.env.AUTHORIZER_CONFIG_FILE = file;
    const { token, id } = generateApiToken('acme', 'test');
    const item = tokenItem(id, token);
    const { M: Item } = attributes(item) as { M: unknown };
    aws({ 'DynamoDB_20120810.GetItem': { Item }, 'secretsmanager.GetSecretValue': { SecretString: PEPPER } });
    const lines: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    // Loaded here, because it reads its configuration when it is loaded.
    const { handler }: typeof import('../../../lambdas/authorizer/index.js') =
      jest.requireActual('../../../lambdas/authorizer');
    const result = await handler(eventFor(`Bearer ${token}`));
    await expect(handler(eventFor('Bearer garbage'))).rejects.toThrow(/^Unauthorized$/);
    write.mockRestore();
    rmSync(folder, { recursive: true });

    expect(result.context).toMatchObject({ tokenId: id, application: 'homepage' });
    expect(lines.map((line) => JSON.parse(line).Reason)).toEqual(['ok', 'malformed']);
    const [{ hash }] = item.generations as [{ hash: string }];
    for (const secret of [
      token,
      token.slice(26, 58),
      hash,
      String(item.usageKey),
      JSON.parse(PEPPER).payload.current.key,
    ]) {
      expect(lines.join('')).not.toContain(secret);
    }
  });
});
