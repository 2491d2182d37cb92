import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkedUrl, fetchJson, httpTokenProvider, probeWithKey } from '../../../../lambdas/rotation/aws/http-provider';
import type { HttpTokenProviderConfig } from '../../../../lambdas/rotation/config';

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let base: string;
let requests: Request[];
let answers: { status: number; body: unknown }[];

beforeEach(async () => {
  requests = [];
  answers = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    const answer = answers.shift() ?? { status: 500, body: 'no answer' };
    response.writeHead(answer.status);
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const config = (more: Partial<HttpTokenProviderConfig> = {}): HttpTokenProviderConfig => ({
  adminSecret: 'acme-dev-admin',
  create: {
    method: 'POST',
    url: `${base}/tokens`,
    headers: { authorization: 'Bearer {admin}', 'idempotency-key': '{idempotencyKey}' },
    body: '{"name":"{label}"}',
    id: '/data/id',
    token: '/data/a~1b/token',
    expiresAt: '/data/expires',
  },
  list: {
    method: 'GET',
    url: `${base}/tokens?prefix={label}&after={cursor}`,
    headers: { authorization: 'Bearer {current}' },
    items: '/items',
    id: '/id',
    label: '/name',
    cursor: '/next',
  },
  probe: { method: 'GET', url: `${base}/me`, headers: { authorization: 'Bearer {token}' } },
  revoke: { method: 'DELETE', url: `${base}/tokens/{id}`, headers: { authorization: 'Bearer {admin}' } },
  idempotent: true,
  maxActive: 2,
  overlap: 'both',
  clientSupplied: false,
  ...more,
});
const provider = (more?: Partial<HttpTokenProviderConfig>) =>
  httpTokenProvider(config(more), async () => 'admin-token');
const make = { label: 'a "label"', idempotencyKey: 'version' };

test('create fills in the names and reads the answer by its pointers', async () => {
  answers = [{ status: 201, body: { data: { id: 7, 'a/b': { token: 'secret' }, expires: '2027-01-01T00:00:00Z' } } }];
  expect(await provider().create(make)).toEqual({ id: '7', token: 'secret', expiresAt: '2027-01-01T00:00:00Z' });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'POST', url: '/tokens', body: '{"name":"a \\"label\\""}' });
  expect(requests[0]?.headers).toMatchObject({
    authorization: 'Bearer admin-token',
    'idempotency-key': 'version',
    'content-type': 'application/json',
  });
});

test('a token that the caller chooses is sent, and not read', async () => {
  answers = [{ status: 200, body: { data: { id: 'a' } } }];
  const supplied = { ...config().create, body: '{"value":"{token}"}' };
  const made = await provider({ clientSupplied: true, create: supplied }).create({ ...make, token: 'chosen' });
  expect(made).toEqual({ id: 'a', token: 'chosen' });
  expect(requests[0]?.body).toBe('{"value":"chosen"}');
});

test.each([
  [{ status: 201, body: { data: { id: 'a' } } }, 'its answer has no id or no token'],
  [{ status: 201, body: 'canary {' }, 'with status 201, or with no JSON'],
  [{ status: 403, body: 'canary' }, 'with status 403'],
])('create without a usable answer says so and quotes nothing', async (answer, message) => {
  answers = [answer];
  const error: Error = await provider()
    .create(make)
    .catch((one) => one);
  expect(error.message).toContain(message);
  expect(error.message).not.toContain('canary');
});

test('list reads every page, and what begins alike only', async () => {
  answers = [
    {
      status: 200,
      body: {
        items: [
          { id: 1, name: 'x-1' },
          { id: 2, name: 'y' },
        ],
        next: 'a b',
      },
    },
    { status: 200, body: { items: [{ id: 3, name: 'x-3' }], next: null } },
  ];
  expect(await provider().list('x-', 'in-use')).toEqual([
    { id: '1', label: 'x-1' },
    { id: '3', label: 'x-3' },
  ]);
  expect(requests.map(({ url }) => url)).toEqual(['/tokens?prefix=x-&after=', '/tokens?prefix=x-&after=a%20b']);
  expect(requests[0]?.headers.authorization).toBe('Bearer in-use');
});

test('a list without an end is an error', async () => {
  answers = Array.from({ length: 100 }, () => ({ status: 200, body: { items: [], next: 'on' } }));
  await expect(provider().list('x-')).rejects.toThrow('more than 100 pages');
});

test('a list that is none is an error', async () => {
  answers = [{ status: 200, body: { items: 'canary' } }];
  await expect(provider().list('x-')).rejects.toThrow('its answer has no list');
});

test('a provider without a list has none', async () => {
  const { list: _, ...without } = config();
  expect(await httpTokenProvider(without, async () => '').list('x-')).toBeUndefined();
});

test.each([
  [200, true],
  [204, true],
  [401, false],
  [403, false],
])('probe answered with %i is %s', async (status, accepted) => {
  answers = [{ status, body: '' }];
  expect(await provider().probe('new')).toBe(accepted);
  expect(requests[0]?.headers.authorization).toBe('Bearer new');
});

test('probe with another answer proves nothing', async () => {
  answers = [{ status: 502, body: '' }];
  await expect(provider().probe('new')).rejects.toThrow('provider answered probe with status 502');
});

test.each([200, 204, 404, 410])('revoke answered with %i is done', async (status) => {
  answers = [{ status, body: '' }];
  await provider().revoke('a/b');
  expect(requests[0]).toMatchObject({ method: 'DELETE', url: '/tokens/a%2Fb' });
});

test('revoke with another answer is an error', async () => {
  answers = [{ status: 409, body: 'canary' }];
  await expect(provider().revoke('a')).rejects.toThrow('provider answered revoke with status 409');
});

test('a provider that asks for less is throttling', async () => {
  answers = [{ status: 429, body: '' }];
  await expect(provider().revoke('a')).rejects.toMatchObject({ code: 'ThrottlingException' });
});

test('own statuses replace the usual ones', async () => {
  answers = [{ status: 404, body: '' }];
  expect(await provider({ probe: { ...config().probe, statuses: [404] } }).probe('new')).toBe(true);
});

test.each([
  ['https://provider.example/x', true],
  ['http://127.0.0.1:1/x', true],
  ['http://localhost/x', true],
  ['http://provider.example/x', false],
  ['ftp://provider.example/x', false],
])('%s is accepted: %s', (url, accepted) => {
  const check = () => checkedUrl(url).href;
  if (accepted) {
    expect(check()).toBe(url);
  } else {
    expect(check).toThrow('is not supported, expected https');
  }
});

test.each([
  [200, true],
  [404, true],
  [401, false],
  [403, false],
  [429, false],
  [500, false],
])('a probe route that answers %i to a key: %s', async (status, accepted) => {
  answers = [{ status, body: '' }];
  expect(await probeWithKey(`${base}/probe`, 'value')).toBe(accepted);
  expect(requests[0]?.headers['x-api-key']).toBe('value');
});

test('fetches JSON, and nothing else', async () => {
  answers = [
    { status: 200, body: { keys: [] } },
    { status: 200, body: 'canary {' },
    { status: 302, body: {} },
  ];
  expect(await fetchJson(base)).toEqual({ keys: [] });
  await expect(fetchJson(base)).rejects.toThrow('expected 200 with JSON');
  await expect(fetchJson(base)).rejects.toThrow('answered with status 302');
});
