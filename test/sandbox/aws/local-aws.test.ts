import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import {
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { build } from 'esbuild';
import type { LocalAws } from '../../../sandbox/aws';
import { credentialsFile, readCredentials, writeCredentials } from '../../../sandbox/aws/credentials';
import type { FunctionRuntime } from '../../../sandbox/runtime';
import { listen } from '../../../sandbox/shared/listen';
import { RuntimeLab } from '../runtime/support';
import { AwsLab, clientConfig, errorOf, signedHeaders, TABLE } from './support';

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

/** As `post`, signed with the credentials of this start. */
function postSigned(headers: Record<string, string>, body = '{}') {
  return post(aws.endpoint, signedHeaders(aws, aws.endpoint, { headers, body }), body);
}

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

describe('requests without the credentials of this start', () => {
  const READ = { 'x-amz-target': 'secretsmanager.GetSecretValue', 'content-type': 'application/x-amz-json-1.1' };

  test.each([
    ['a word', { authorization: 'x' }, 'IncompleteSignatureException'],
    ['the form of a signature', SIGNED, 'IncompleteSignatureException'],
    ['the key that every sandbox had before', { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }, 'Unrecognized'],
    ['the right key and another secret', { secretAccessKey: 'sandbox' }, 'InvalidSignatureException'],
  ])('are refused by every service: %s', async (_name, shown, type) => {
    for (const [, url] of endpoints()) {
      const headers =
        'authorization' in shown
          ? { ...READ, ...shown }
          : signedHeaders({ ...aws, credentials: { ...aws.credentials, ...shown } }, url, { headers: READ });
      const answer = await post(url, headers);
      expect([answer.status, answer.type]).toEqual([403, expect.stringContaining(type)]);
    }
    const invoke = `${aws.endpoint}/2015-03-31/functions/f/invocations`;
    expect((await post(invoke, { authorization: 'x' })).status).toBe(403);
    expect(
      (await fetch(`${aws.endpoint}/apikeys?includeValues=true`, { headers: { authorization: 'x' } })).status,
    ).toBe(403);
  });

  test('a signature of the start before is refused', async () => {
    const before = aws.credentials;
    await lab.stop(aws);
    aws = await lab.start({ tables: [TABLE], secrets: [{ name: 's' }] });
    const headers = signedHeaders({ ...aws, credentials: before }, aws.endpoint, { headers: READ });
    expect((await post(aws.endpoint, headers)).type).toBe('UnrecognizedClientException');
  });
});

describe('the file of the credentials', () => {
  const file = () => credentialsFile(lab.stateDir);

  test('is readable by its owner only, also where one was that is not', async () => {
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    await lab.stop(aws);
    writeFileSync(file(), 'left by somebody', { mode: 0o666 });
    chmodSync(file(), 0o666);
    aws = await lab.start();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readCredentials(lab.stateDir)).toEqual(aws.credentials);
  });

  test('is one that AWS tools read', () => {
    const { accessKeyId, secretAccessKey } = aws.credentials;
    const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  test('goes with the sandbox, unless another start has its own there', async () => {
    await lab.stop(aws);
    expect(readCredentials(lab.stateDir)).toBeUndefined();
    aws = await lab.start();
    const others = { accessKeyId: 'OTHER', secretAccessKey: 'other' };
    writeCredentials(lab.stateDir, others);
    await lab.stop(aws);
    expect(readCredentials(lab.stateDir)).toEqual(others);
    aws = await lab.start();
  });
});

describe('answers of the front', () => {
  test('an unknown target and an unknown action are named', async () => {
    expect(await postSigned({ 'x-amz-target': 'kms.Decrypt' })).toMatchObject({
      status: 501,
      type: 'UnknownOperationException',
      text: expect.stringContaining('kms.Decrypt'),
    });
    expect((await postSigned({}, 'Action=AssumeRole')).text).toContain('AssumeRole');
  });

  test('the caller identity is told', async () => {
    const answer = await postSigned({}, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<Account>000000000000</Account>');
  });

  test('a body that is not JSON is refused without repeating it', async () => {
    const answer = await postSigned({ 'x-amz-target': 'secretsmanager.PutSecretValue' }, '{"canary');
    expect(answer).toMatchObject({ status: 400, type: 'SerializationException' });
    expect(answer.text).not.toContain('canary');
  });

  test('a body above the limit is refused', async () => {
    const body = 'x'.repeat(6 * 1024 * 1024 + 1);
    expect(await postSigned({ 'x-amz-target': 'secretsmanager.PutSecretValue' }, body)).toMatchObject({ status: 413 });
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
  // The client that a function of the kit has: its credentials come from the environment, as on Lambda.
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { SecretsManagerClient, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
        export const handler = async () => (await new SecretsManagerClient({}).send(new DescribeSecretCommand({ SecretId: 's' }))).Name;`,
      resolveDir: __dirname,
    },
    ...{ bundle: true, platform: 'node', format: 'cjs', write: false },
  });
  const source = outputFiles[0]?.text ?? '';
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
