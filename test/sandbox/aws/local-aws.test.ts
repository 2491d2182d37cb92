import { createServer } from 'node:net';
import {
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LocalAws } from '../../../sandbox/aws';
import { listen } from '../../../sandbox/aws/listen';
import type { FunctionRuntime } from '../../../sandbox/runtime';
import { RuntimeLab } from '../runtime/support';
import { AwsLab, clientConfig, errorOf, TABLE } from './support';

const SIGNED = { authorization: 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=x', 'x-amz-date': 'x' };

let lab: AwsLab;
let aws: LocalAws;
beforeEach(async () => {
  lab = new AwsLab();
  aws = await lab.start({ tables: [TABLE], secrets: [{ name: 's' }] });
});
afterEach(() => lab.dispose());

const endpoints = () =>
  [
    ['all services', aws.endpoint],
    ['DynamoDB', aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? ''],
  ] as const;

async function post(url: string, headers: Record<string, string>, body = '{}') {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), text: await response.text() };
}

describe('requests that are refused at both ports', () => {
  test.each([0, 1])('one without a signature (%i)', async (index) => {
    const [, url] = endpoints()[index] ?? ['', ''];
    const answer = await post(url, { 'x-amz-target': 'DynamoDB_20120810.ListTables' });
    expect(answer).toMatchObject({ status: 403, type: 'MissingAuthenticationTokenException' });
  });

  test.each([0, 1])('one from a web page (%i)', async (index) => {
    const [, url] = endpoints()[index] ?? ['', ''];
    expect(await post(url, { ...SIGNED, origin: 'https://example.com' })).toMatchObject({
      status: 403,
      type: 'AccessDeniedException',
    });
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://example.com' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([0, 1])('one for another host name (%i)', async (index) => {
    const [, url] = endpoints()[index] ?? ['', ''];
    const { port } = new URL(url);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request({ port, host: '127.0.0.1', headers: { ...SIGNED, host: 'rebound.example.com' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });
});

describe('answers of the front', () => {
  test('an unknown target and an unknown action are named', async () => {
    expect(await post(aws.endpoint, { ...SIGNED, 'x-amz-target': 'kms.Decrypt' })).toMatchObject({
      status: 501,
      type: 'UnknownOperationException',
      text: expect.stringContaining('kms.Decrypt'),
    });
    expect((await post(aws.endpoint, SIGNED, 'Action=AssumeRole')).text).toContain('AssumeRole');
  });

  test('the caller identity is told', async () => {
    const answer = await post(aws.endpoint, SIGNED, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<Account>000000000000</Account>');
  });

  test('a body that is not JSON is refused without repeating it', async () => {
    const answer = await post(aws.endpoint, { ...SIGNED, 'x-amz-target': 'secretsmanager.PutSecretValue' }, '{"canary');
    expect(answer).toMatchObject({ status: 400, type: 'SerializationException' });
    expect(answer.text).not.toContain('canary');
  });

  test('a body above the limit is refused', async () => {
    const body = 'x'.repeat(6 * 1024 * 1024 + 1);
    expect(
      await post(aws.endpoint, { ...SIGNED, 'x-amz-target': 'secretsmanager.PutSecretValue' }, body),
    ).toMatchObject({ status: 413 });
  });

  test('DynamoDB answers at the common endpoint as well', async () => {
    const client = new DynamoDBClient(clientConfig(aws));
    await client.send(new PutItemCommand({ TableName: TABLE.name, Item: { pk: { S: 'a' } } }));
    client.destroy();
  });

  test.each([
    ['TransactWriteItems', new TransactWriteItemsCommand({ TransactItems: [] })],
    [
      'UpdateTimeToLive',
      new UpdateTimeToLiveCommand({ TableName: 't', TimeToLiveSpecification: { AttributeName: 'a', Enabled: true } }),
    ],
  ] as const)('DynamoDB %s is named as unsupported', async (name, command) => {
    const client = new DynamoDBClient(clientConfig(aws, 'AWS_ENDPOINT_URL_DYNAMODB'));
    const call = command instanceof TransactWriteItemsCommand ? client.send(command) : client.send(command);
    expect(await errorOf(call)).toEqual({
      name: 'UnsupportedOperationException',
      message: `the sandbox does not implement DynamoDB ${name}`,
      status: 501,
    });
    client.destroy();
  });
});

test('the environment alone leads a function and its SDK here', async () => {
  const functions = new RuntimeLab();
  const source = `const http = require('node:http');
    exports.handler = () => new Promise((resolve, reject) => {
      const headers = { authorization: 'x', 'x-amz-target': 'secretsmanager.DescribeSecret', 'content-type': 'application/x-amz-json-1.1' };
      http.request(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, { method: 'POST', headers }, (response) => {
        response.on('data', (chunk) => resolve(JSON.parse(String(chunk)).Name));
      }).on('error', reject).end('{"SecretId":"s"}');
    });`;
  const spec = functions.spec({ 'index.js': source });
  const runtime: FunctionRuntime = functions.runtime(spec, { environment: () => aws.environment });
  expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 's' });
  await functions.dispose();
});

test('an SDK client configured by the environment only finds its service', async () => {
  const saved = { ...process.env };
  Object.assign(process.env, aws.environment);
  const client = new SecretsManagerClient({ maxAttempts: 1 });
  try {
    const error = await errorOf(client.send(new GetSecretValueCommand({ SecretId: 's' })));
    expect(error.message).toBe("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
  } finally {
    process.env = saved;
    client.destroy();
  }
});

test('a taken port is an error that names it, and the state is free again', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await lab.stop(aws);
  await expect(lab.start({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  await new Promise((resolve) => other.close(resolve));
  const again = await lab.start({ port });
  expect(again.endpoint).toBe(`http://127.0.0.1:${port}`);
});

test('a server listens on the loopback interface only', async () => {
  const { createServer: createHttpServer } = await import('node:http');
  const server = createHttpServer();
  await listen(server, 0);
  expect(server.address()).toMatchObject({ address: '127.0.0.1' });
  await new Promise((resolve) => server.close(resolve));
});
