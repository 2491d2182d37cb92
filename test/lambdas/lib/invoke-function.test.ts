import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from 'aws4';
import { invokeFunction } from '../../../lambdas/lib/invoke-function';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

let server: Server;
let received: { readonly request: IncomingMessage; readonly body: string };
let answer: { status: number; body: string };
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    received = { request, body };
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey;
});
afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL_LAMBDA', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
    delete process.env[name];
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  answer = { status: 200, body: '{"revoked":true}' };
});

const call = (name = 'acme-dev-token-service') =>
  invokeFunction({ region: 'eu-west-1', name, alias: 'oauth', payload: { action: 'x' }, timeoutMs: 2000 });

test.each(['acme-dev-token-service', 'arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-token-service'])(
  'a function is invoked by its alias, and the request is signed as AWS has it: %s',
  async (name) => {
    expect(await call(name)).toEqual({ revoked: true });
    const { request, body } = received;
    expect([request.method, request.url, body]).toEqual([
      'POST',
      `/2015-03-31/functions/${encodeURIComponent(name)}/invocations?Qualifier=oauth`,
      '{"action":"x"}',
    ]);
    const { authorization, host, 'x-amz-date': date, 'content-type': type } = request.headers;
    const signed = sign(
      {
        service: 'lambda',
        region: 'eu-west-1',
        method: 'POST',
        path: String(request.url),
        body,
        headers: { Host: String(host), 'X-Amz-Date': String(date), 'Content-Type': String(type) },
        // aws4 adds a length, which need not be signed.
        extraHeadersToIgnore: { 'content-length': true },
      } as Parameters<typeof sign>[0],
      CREDENTIALS,
    );
    expect(authorization).toBe(signed.headers?.Authorization);
  },
);

test('an answer that is no success is an error, which says nothing of what the function said', async () => {
  answer = { status: 403, body: '{"Message":"canary"}' };
  await expect(call()).rejects.toThrow('invocation of acme-dev-token-service failed with status 403');
});

test('what is no JSON is an error', async () => {
  answer = { status: 200, body: 'canary' };
  await expect(call()).rejects.toThrow();
});
