import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogEntry } from '../../../lambdas/lib/log';
import { awsPorts } from '../../../lambdas/portal-bff/aws-ports';
import { portalConfig } from './support/config';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let base: string;
let calls: Call[] = [];
let answer: { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string };
const logs: LogEntry[] = [];
const ports = awsPorts(portalConfig('https://login.example.com'), (entry) => logs.push(entry));
const SESSION = { id: 'a'.repeat(16), issuer: 'https://login.example.com', subject: 'anna', authTime: 1 };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    calls.push({ method: String(request.method), url: String(request.url), headers: request.headers, body });
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ENDPOINT_URL: base, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  calls = [];
  answer = {};
});

test('the token endpoint mints the token of a session', async () => {
  answer = { body: '{"access_token":"t","expires_in":300,"token_type":"Bearer"}' };
  const { accessToken, expiresAt } = await ports.mintToken(SESSION, ['tokens:read']);
  expect([accessToken, expiresAt - Date.now() / 1000 > 290]).toEqual(['t', true]);
  expect(calls[0]?.url).toBe('/2015-03-31/functions/acme-dev-token-endpoint/invocations?Qualifier=%24LATEST');
  expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
    action: 'mintSessionToken',
    session: SESSION,
    scopes: ['tokens:read'],
  });
});

test.each(['{"errorMessage":"session.id is missing"}', 'null', '{"access_token":1,"expires_in":2}'])(
  'no token is made of %s',
  async (body) => {
    answer = { body };
    await expect(ports.mintToken(SESSION, ['tokens:read'])).rejects.toThrow('the token endpoint cannot be reached');
  },
);

test('an API gets the request, and only some headers of its answer come back', async () => {
  answer = {
    status: 404,
    headers: { 'content-type': 'application/problem+json', etag: '"1"', 'set-cookie': 'a=b', server: 'x' },
    body: '{"type":"x"}',
  };
  const request = {
    method: 'PATCH',
    url: new URL(`${base}/v1/tokens/a?x=y`),
    headers: { 'if-match': '"1"' },
    body: '{}',
  };
  const { status, headers, body } = await ports.send(request);
  expect([status, body]).toEqual([404, '{"type":"x"}']);
  expect(headers).toEqual({ 'content-type': 'application/problem+json', etag: '"1"' });
  expect(calls[0]).toMatchObject({ method: 'PATCH', url: '/v1/tokens/a?x=y', body: '{}' });
});

test('redirects are not followed', async () => {
  answer = { status: 302, headers: { location: `${base}/elsewhere` } };
  expect((await ports.send({ method: 'GET', url: new URL(`${base}/v1`), headers: {} })).status).toBe(302);
  expect(calls).toHaveLength(1);
});

test('the client of a provider is read from its secret by its label, and a secret of another form is not quoted', async () => {
  answer = { body: JSON.stringify({ SecretString: 'text-of-the-secret' }) };
  const url = ports
    .relyingParty('main')
    .authorizationUrl({ state: 's', nonce: 'n', verifier: 'v' }, { isStepUp: false });
  const error = await url.catch((reason: unknown) => reason);
  expect(String(error)).toContain('the secret of the provider holds no JSON with clientId and clientSecret');
  expect(JSON.stringify([String(error), logs])).not.toContain('text-of-the-secret');
  expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ SecretId: 'acme-dev-portal-client', VersionStage: 'AWSCURRENT' });
});

test('a provider that is not configured is none', () => {
  expect(() => ports.relyingParty('constructor')).toThrow('not configured');
});
