import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogEntry } from '../../../lambdas/lib/log';
import { awsPorts } from '../../../lambdas/token-endpoint/aws-ports';
import { CONFIG } from './support/config';

interface Call {
  readonly target: string;
  readonly url: string;
  // Inputs of every shape.
  readonly input: ReturnType<typeof JSON.parse>;
}

let server: Server;
let calls: Call[] = [];
let answer: (call: Call) => { readonly status?: number; readonly body: unknown };
const logs: LogEntry[] = [];
const ports = awsPorts(CONFIG, (entry) => logs.push(entry));

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    const call = { target: String(request.headers['x-amz-target']), url: String(request.url), input: JSON.parse(body) };
    calls.push(call);
    const { status = 200, body: text } = answer(call);
    response.writeHead(status).end(JSON.stringify(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  calls = [];
  answer = () => ({ body: {} });
});

test('items are read consistently', async () => {
  answer = () => ({ body: { Item: { pk: { S: 'client#x' }, cidrs: { L: [] } } } });
  expect(await ports.readItem('client#x')).toEqual({ pk: 'client#x', cidrs: [] });
  expect(calls[0]?.input).toEqual({ TableName: CONFIG.table, Key: { pk: { S: 'client#x' } }, ConsistentRead: true });
});

test('a secret is read by its label', async () => {
  answer = () => ({ body: { SecretString: 'value' } });
  expect(await ports.readSecret('acme-dev-pepper')).toBe('value');
  expect(calls[0]?.input).toEqual({ SecretId: 'acme-dev-pepper', VersionStage: 'AWSCURRENT' });
  answer = () => ({ body: {} });
  await expect(ports.readSecret('acme-dev-pepper')).rejects.toThrow('secret holds no text');
});

test('the rotation record is that of the signing keys', async () => {
  expect(await ports.readRotationRecord()).toBeUndefined();
  expect(calls[0]?.input).toMatchObject({
    TableName: CONFIG.rotationTable,
    Key: { pk: { S: 'rotation#acme-dev-signing-keys' } },
  });
  answer = () => ({ body: { Item: { pk: { S: 'other' } } } });
  await expect(ports.readRotationRecord()).rejects.toThrow('is no record of acme-dev-signing-keys');
});

test('what is used once is one conditional write, with its end as time to live; each call has a mark of its own', async () => {
  expect(await ports.useOnce('dpop', 'hash', 1_800_000_000)).toBe(true);
  expect(await ports.useOnce('dpop', 'hash', 1_800_000_000)).toBe(true);
  expect(calls[0]).toMatchObject({
    target: 'DynamoDB_20120810.PutItem',
    input: {
      TableName: CONFIG.table,
      Item: { pk: { S: 'once#dpop#hash' }, entity: { S: 'once' }, purgeAt: { N: '1800000000' } },
      ConditionExpression: 'attribute_not_exists(#key) OR #mark = :mark',
    },
  });
  const marks = calls.map(({ input }) => input.Item.mark.S);
  expect(new Set(marks).size).toBe(2);
  expect(calls.map(({ input }) => input.ExpressionAttributeValues[':mark'].S)).toEqual(marks);
});

test('a second use is told from a table that fails', async () => {
  answer = () => ({ status: 400, body: { __type: 'com.amazonaws.dynamodb#ConditionalCheckFailedException' } });
  expect(await ports.useOnce('dpop', 'hash', 1)).toBe(false);
  answer = () => ({ status: 400, body: { __type: 'com.amazonaws.dynamodb#ThrottlingException' } });
  await expect(ports.useOnce('dpop', 'hash', 1)).rejects.toThrow('ThrottlingException');
});

test('the token service is invoked by the alias of the token endpoint, and must say that it revoked', async () => {
  const revocation = { kind: 'token', id: 'A'.repeat(16), by: `token:${'A'.repeat(16)}`, requestId: 'r' } as const;
  answer = () => ({ body: { revoked: true } });
  await ports.revoke(revocation);
  expect(calls[0]).toMatchObject({
    url: '/2015-03-31/functions/acme-dev-token-service/invocations?Qualifier=oauth',
    input: { action: 'revokeForOAuth', revocation },
  });
  // A function that rejects is answered with 200 by Lambda, too.
  answer = () => ({ body: { errorMessage: 'canary' } });
  await expect(ports.revoke(revocation)).rejects.toThrow('the token service did not revoke');
});

test('an id is 16 base62 characters, and a warning is a log line', () => {
  expect(ports.newId()).toMatch(/^[0-9A-Za-z]{16}$/);
  ports.warn('pepper_refresh_failed', new Error('why'));
  expect(logs).toEqual([{ level: 'warn', evt: 'oauth.pepper_refresh_failed', fields: { error: 'Error: why' } }]);
});
