import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchKeySet } from '../../../../lambdas/authorizer/aws-ports';

describe('fetchKeySet', () => {
  const servers: Server[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('gives the JSON of the answer', async () => {
    const uri = await serve((_request, response) => response.end('{"keys":[]}'));

    expect(await fetchKeySet(`${uri}/jwks`)).toEqual({ keys: [] });
  });

  it.each(['http://issuer.example.com/jwks', 'ftp://127.0.0.1/jwks', 'http://127.0.0.1.example.com/jwks'])(
    'refuses %s, which is not https',
    async (uri) => {
      await expect(fetchKeySet(uri)).rejects.toThrow('expected https');
    },
  );

  it('follows no redirect', async () => {
    let followed = false;
    const target = await serve((_request, response) => {
      followed = true;
      response.end('{"keys":[]}');
    });
    const uri = await serve((_request, response) => response.writeHead(302, { location: target }).end());

    await expect(fetchKeySet(uri)).rejects.toThrow('answered with status 302, expected 200');
    expect(followed).toBe(false);
  });

  it('takes 150,000 bytes', async () => {
    const text = JSON.stringify({ keys: [], more: '' });
    const uri = await serve((_request, response) =>
      response.end(JSON.stringify({ keys: [], more: 'x'.repeat(150_000 - text.length) })),
    );

    expect(await fetchKeySet(uri)).toMatchObject({ keys: [] });
  });

  it('takes not one byte more', async () => {
    const text = JSON.stringify({ keys: [], more: '' });
    const uri = await serve((_request, response) =>
      response.end(JSON.stringify({ keys: [], more: 'x'.repeat(150_001 - text.length) })),
    );

    await expect(fetchKeySet(uri)).rejects.toThrow('longer than 150000 bytes');
  });

  it.each([
    ['that never begins', () => {}],
    ['that never ends', (_request, response) => response.write('{"keys":[')],
  ] as readonly (readonly [string, RequestListener])[])('gives up an answer %s', async (_what, listener) => {
    const uri = await serve(listener);

    await expect(fetchKeySet(uri)).rejects.toThrow(/no answer from 127\.0\.0\.1:\d+ within 1500 ms/);
  });

  it('tries once more when the connection breaks', async () => {
    let requests = 0;
    const uri = await serve((_request, response) => {
      requests++;
      return requests === 1 ? response.destroy() : response.end('{"keys":[]}');
    });

    expect(await fetchKeySet(uri)).toEqual({ keys: [] });
    expect(requests).toBe(2);
  });

  it.each([
    ['breaks each connection', 2, (_request, response) => response.destroy()],
    ['answers with status 500', 1, (_request, response) => response.writeHead(500).end()],
    ['answers with too much', 1, (_request, response) => response.end('x'.repeat(150_001))],
  ] as readonly (readonly [string, number, RequestListener])[])(
    'asks an issuer that %s %d times',
    async (_what, times, listener) => {
      let requests = 0;
      const uri = await serve((request, response) => {
        requests++;
        listener(request, response);
      });

      await expect(fetchKeySet(uri)).rejects.toThrow();
      expect(requests).toBe(times);
    },
  );

  it('rejects when nobody listens', async () => {
    const uri = await serve(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));

    await expect(fetchKeySet(uri)).rejects.toThrow('ECONNREFUSED');
  });

  it.each(['', '<html></html>', '{"keys":['])('rejects %j, which is not JSON', async (body) => {
    const uri = await serve((_request, response) => response.end(body));

    await expect(fetchKeySet(uri)).rejects.toThrow(SyntaxError);
  });

  it.each([201, 404, 500])('rejects an answer with status %d', async (status) => {
    const uri = await serve((_request, response) => response.writeHead(status).end('{"keys":[]}'));

    await expect(fetchKeySet(uri)).rejects.toThrow(`answered with status ${status}, expected 200`);
  });
});
