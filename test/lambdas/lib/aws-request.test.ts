import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsCall, AwsRequestError, awsRequest } from '../../../lambdas/lib/aws-request';

const environment = { ...process.env };
let server: Server;
let received: { headers: IncomingMessage['headers']; url: string | undefined; body: string };
let answer: { status: number; body: string };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    received = { headers: request.headers, url: request.url, body: Buffer.concat(await request.toArray()).toString() };
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  answer = { status: 200, body: '{"a":1}' };
  process.env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'canary-secret',
  };
});
afterAll(() => {
  process.env = environment;
  server.closeAllConnections();
  server.close();
});

const call: AwsCall = { service: 'dynamodb', region: 'eu-central-1', operation: 'GetItem', input: { TableName: 't' } };

test('sends a signed call of the JSON protocol', async () => {
  process.env.AWS_SESSION_TOKEN = 'session';
  await expect(awsRequest(call)).resolves.toEqual({ a: 1 });
  expect(received).toMatchObject({
    url: '/',
    body: '{"TableName":"t"}',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, /,
      ),
    },
  });
});

test('uses the protocol version of Secrets Manager', async () => {
  await awsRequest({ ...call, service: 'secretsmanager', operation: 'GetSecretValue' });
  expect(received.headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.GetSecretValue',
  });
});

test('prefers the endpoint of the service', async () => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `${process.env.AWS_ENDPOINT_URL}/dynamodb`;
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
  await awsRequest(call);
  expect(received.url).toBe('/dynamodb');
});

test('an error of the service has its status and code and not its text', async () => {
  answer = { status: 400, body: '{"__type":"com.amazonaws#ResourceNotFoundException","message":"canary"}' };
  const error = await awsRequest(call).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(AwsRequestError);
  expect(error).toMatchObject({ operation: 'GetItem', status: 400, code: 'ResourceNotFoundException' });
  expect(String(error)).not.toContain('canary');
});

test('an error without a code is one too', async () => {
  answer = { status: 503, body: '<html>' };
  await expect(awsRequest(call)).rejects.toThrow('GetItem failed with status 503 and code unknown');
});

test.each(['', 'canary', '[', 'null', '"text"'])('the answer %j is refused and not quoted', async (body) => {
  answer = { status: 200, body };
  const error = await awsRequest(call).catch((one: unknown) => one);
  expect(String(error)).toContain('GetItem answered with something that is not a JSON object');
  expect(String(error)).not.toContain('canary');
});

test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('without %s it says so', async (name) => {
  delete process.env[name];
  await expect(awsRequest(call)).rejects.toThrow('environment holds no AWS credentials');
});
