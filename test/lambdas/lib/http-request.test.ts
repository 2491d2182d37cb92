import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { type BoundedRequest, sendRequest } from '../../../lambdas/lib/http-request';

let server: Server;
let answer: RequestListener;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function request(changes: Partial<BoundedRequest> = {}): BoundedRequest {
  return {
    url: new URL(base),
    method: 'GET',
    headers: {},
    timeoutMs: 5000,
    maxBytes: 100,
    idempotent: false,
    ...changes,
  };
}

test('sends method, headers and body, and returns status, headers and body', async () => {
  answer = async (incoming, response) => {
    const chunks = await incoming.toArray();
    response.writeHead(418, { etag: '"1"' });
    response.end(`${incoming.method} ${incoming.headers['x-a']} ${Buffer.concat(chunks)}`);
  };
  const response = await sendRequest(request({ method: 'POST', headers: { 'x-a': 'b' }, body: 'body' }));
  expect(response).toMatchObject({ status: 418, headers: { etag: '"1"' }, body: Buffer.from('POST b body') });
});

test('follows no redirect', async () => {
  const paths: (string | undefined)[] = [];
  answer = (incoming, response) => {
    paths.push(incoming.url);
    response.writeHead(302, { location: '/other' }).end();
  };
  expect((await sendRequest(request())).status).toBe(302);
  expect(paths).toEqual(['/']);
});

test('refuses an answer that is too long', async () => {
  answer = (_, response) => void response.end('x'.repeat(101));
  await expect(sendRequest(request())).rejects.toThrow('is longer than 100 bytes');
});

test('waits no longer than it may for the first byte', async () => {
  answer = () => undefined;
  await expect(sendRequest(request({ timeoutMs: 50 }))).rejects.toThrow('within 50 ms');
});

test('waits no longer than it may for the last byte', async () => {
  answer = (_, response) => void response.write('x');
  await expect(sendRequest(request({ timeoutMs: 50 }))).rejects.toThrow('within 50 ms');
});

describe('a kept-alive connection that the server has closed', () => {
  /** Answers once, and cuts the connection at the next request on it. */
  function cuttingServer(): () => number {
    const used = new WeakSet();
    let received = 0;
    answer = (incoming, response) => {
      received++;
      if (used.has(incoming.socket)) {
        incoming.socket.resetAndDestroy();
      } else {
        used.add(incoming.socket);
        response.end('ok');
      }
    };
    return () => received;
  }

  test('is replaced where the request may be sent again', async () => {
    const received = cuttingServer();
    await sendRequest(request({ idempotent: true }));
    await expect(sendRequest(request({ idempotent: true }))).resolves.toMatchObject({ status: 200 });
    expect(received()).toBe(3);
  });

  test('is an error where it may not', async () => {
    const received = cuttingServer();
    await sendRequest(request());
    await expect(sendRequest(request())).rejects.toThrow(/ECONNRESET|hang up/);
    expect(received()).toBe(2);
  });
});

test('a server that is not there is an error at once', async () => {
  await expect(sendRequest(request({ url: new URL('http://127.0.0.1:1'), idempotent: true }))).rejects.toThrow(
    'ECONNREFUSED',
  );
});

/** A server with an event loop of its own: it tells when a request has come, and answers when it is told to. */
const SERVER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((request, response) => {
    parentPort.once('message', () => response.end('in time'));
    parentPort.postMessage('request');
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test('takes an answer that came while the function was frozen for longer than the timeout', async () => {
  const worker = new Worker(SERVER, { eval: true });
  const [port] = await once(worker, 'message');
  const response = sendRequest(request({ url: new URL(`http://127.0.0.1:${port}`), timeoutMs: 400 }));
  await once(worker, 'message');
  worker.postMessage('answer');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);

  expect((await response).body.toString()).toBe('in time');
  await worker.terminate();
});
