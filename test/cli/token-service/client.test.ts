import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { CliError } from '../../../cli/errors';
import { TokenService } from '../../../cli/token-service/client';

interface Scripted {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A service that gives these answers, one after the other. */
async function serviceWith(...answers: readonly (Scripted | 'hang up')[]) {
  const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const left = [...answers];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      const answer = left.shift() ?? { status: 500 };
      if (answer === 'hang up') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const waits: number[] = [];
  const wait = async (milliseconds: number) => waits.push(milliseconds);
  return { service: new TokenService(`http://127.0.0.1:${port}/v1/`, 'secret-token', { fetch, wait }), seen, waits };
}

const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: CliError) => error,
  );

test('a request carries the token and goes below the base path', async () => {
  const { service, seen } = await serviceWith({ status: 200, body: '{"a":1}', headers: { etag: '"3"' } });
  const answer = await service.get('read', '/tokens', { team: 'a b', cursor: undefined });
  expect(answer).toEqual({ status: 200, body: { a: 1 }, etag: '"3"', replayed: false });
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/v1/tokens?team=a+b' });
  expect(seen[0]?.headers.authorization).toBe('Bearer secret-token');
});

test('a change that is throttled is repeated when the service says, under the same idempotency key', async () => {
  const { service, seen, waits } = await serviceWith(
    { status: 429, headers: { 'retry-after': '2' } },
    { status: 503 },
    { status: 201, body: '{}' },
  );
  await service.change('issue', 'POST', '/tokens', { body: { name: 'x' } });
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(seen.map(({ body }) => body)).toEqual(['{"name":"x"}', '{"name":"x"}', '{"name":"x"}']);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(keys).size).toBe(1);
  expect(waits).toEqual([2000, 1000]);
});

test('two changes have keys of their own', async () => {
  const { service, seen } = await serviceWith({ status: 200, body: '{}' }, { status: 200, body: '{}' });
  await service.change('a', 'POST', '/a');
  await service.change('a', 'POST', '/a');
  expect(seen[0]?.headers['idempotency-key']).not.toBe(seen[1]?.headers['idempotency-key']);
});

test('a wait never takes longer than half a minute', async () => {
  const { service, waits } = await serviceWith({ status: 429, headers: { 'retry-after': '86400' } }, { status: 200 });
  await service.get('read', '/x');
  expect(waits).toEqual([30_000]);
});

test('who is throttled for good gives up with the exit code of a service that is not available', async () => {
  const { service, seen } = await serviceWith(...Array.from({ length: 9 }, () => ({ status: 429 })));
  const error = await thrown(service.get('list tokens', '/tokens'));
  expect([error?.exitCode, seen.length]).toEqual([69, 5]);
});

test.each([{ status: 502 }, { status: 504 }, 'hang up' as const])(
  'what reads is asked again after %j, and a change is not',
  async (answer) => {
    const reading = await serviceWith(answer, { status: 200, body: '[]' });
    expect((await reading.service.get('read', '/x')).body).toEqual([]);
    server.close();
    const changing = await serviceWith(answer, { status: 200, body: '{}' });
    const error = await thrown(changing.service.change('revoke', 'POST', '/x'));
    expect([error?.exitCode, changing.seen.length]).toEqual([69, 1]);
  },
);

test('a token does not follow to another address', async () => {
  const { service, seen } = await serviceWith({ status: 302, headers: { location: 'https://elsewhere.example/' } });
  const error = await thrown(service.get('list tokens', '/tokens'));
  expect(error?.message).toContain('answered 302 and leads elsewhere (https://elsewhere.example/)');
  expect(seen).toHaveLength(1);
});

test('what is not JSON is not taken for an answer', async () => {
  const { service } = await serviceWith({ status: 200, body: '<html>' });
  const error = await thrown(service.get('list tokens', '/tokens'));
  expect(error?.message).toMatch(/^cannot list tokens: .* is not JSON, is it the address of the token service\?$/);
});

test('pages are read one after the other, as long as there is a cursor', async () => {
  const { service, seen } = await serviceWith(
    { status: 200, body: '{"tokens":[1],"nextCursor":"c1"}' },
    { status: 200, body: '{"tokens":[2]}' },
  );
  const pages = [];
  for await (const page of service.pages('list tokens', '/tokens', { limit: 1 })) pages.push(page);
  expect(pages).toEqual([{ tokens: [1], nextCursor: 'c1' }, { tokens: [2] }]);
  expect(seen.map(({ url }) => url)).toEqual(['/v1/tokens?limit=1', '/v1/tokens?limit=1&cursor=c1']);
});

test.each(['http://api.example.com/v1', 'ftp://127.0.0.1/', 'nonsense', 'http://127.0.0.1.example.com/'])(
  'no token is sent to %s',
  async (url) => {
    await serviceWith();
    expect(() => new TokenService(url, 'secret-token')).toThrow(
      /the address of the token service is ".*", allowed are https:\/\/ addresses, and http:\/\/ on this machine/,
    );
  },
);
