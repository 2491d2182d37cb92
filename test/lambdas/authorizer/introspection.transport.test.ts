import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reasonOf } from '../../../lambdas/authorizer/reasons';
import { sendRequest } from '../../../lambdas/lib/http-request';
import { goodAnswer, introspectedIssuer, introspectionHarness } from './support/introspection';

const TOKEN = 'oat_0123456789abcdef';
const GOOD = JSON.stringify(goodAnswer());

/** Asks about a token over a real connection; the server is on this machine and speaks HTTP, all else is as in the function. */
async function askOver(listener: RequestListener): Promise<{ found: unknown; paths: readonly string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    listener(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    const target = introspectionHarness(introspectedIssuer({ timeoutMs: 300 }));
    Object.assign(target.ports, {
      send: (request: Parameters<typeof sendRequest>[0]) =>
        sendRequest({ ...request, url: new URL(request.url.pathname, `http://127.0.0.1:${port}`) }),
    });
    const found: unknown = await target.ask(TOKEN).catch((error: unknown) => reasonOf(error));
    return { found, paths };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const json = { 'content-type': 'application/json' };

test('an answer is taken', async () => {
  const { found } = await askOver((_request, response) => response.writeHead(200, json).end(GOOD));
  expect(found).toMatchObject({ application: 'reports' });
});

test.each([301, 302, 303, 307, 308])('a redirect with %d is 500 and is not followed', async (status) => {
  const { found, paths } = await askOver((request, response) =>
    request.url === '/introspect'
      ? response.writeHead(status, { ...json, location: '/elsewhere' }).end(GOOD)
      : response.writeHead(200, json).end(GOOD),
  );
  expect(found).toBe('store_error');
  expect(paths).toEqual(['/introspect']);
});

test.each<[string, RequestListener]>([
  ['that never comes', () => undefined],
  ['that stops in the middle', (_request, response) => void response.writeHead(200, json).write(GOOD.slice(0, 20))],
  [
    'that is too long',
    (_request, response) =>
      response.writeHead(200, json).end(JSON.stringify({ ...goodAnswer(), note: 'n'.repeat(70_000) })),
  ],
  [
    'that is cut off',
    (request, response) => {
      response.writeHead(200, { ...json, 'content-length': GOOD.length }).write(GOOD.slice(0, 20));
      setImmediate(() => request.socket.destroy());
    },
  ],
  ['that is no HTTP', (request) => void request.socket.end('active')],
])('an answer %s is 500', async (_, listener) => {
  expect((await askOver(listener)).found).toBe('store_error');
});
