import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeCryptoEngine } from '../../../lambdas/authorizer/access-token/node-crypto-engine';
import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import { fetchKeySet } from '../../../lambdas/authorizer/aws-ports';
import { accessToken, authorizerConfig, bearerEvent, issuerConfig, rsaKey, testPorts } from './support/access-tokens';

const r1 = rsaKey('r1');
const r2 = rsaKey('r2');
const served = JSON.stringify({ keys: [r1.jwk] });

let server: Server;
let base: string;
let answer: RequestListener;
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  requests = 0;
  answer = (_request, response) => response.end(served);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What an issuer that is in trouble answers. */
const TROUBLES: readonly (readonly [string, RequestListener])[] = [
  ['no answer in time', () => undefined],
  ['a broken connection', (_request, response) => response.destroy()],
  ['status 500', (_request, response) => response.writeHead(500).end(served)],
  ['status 404', (_request, response) => response.writeHead(404).end()],
  ['HTML', (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')],
  ['a redirect', (_request, response) => response.writeHead(302, { location: `${base}/other` }).end()],
  ['too much', (_request, response) => response.end(JSON.stringify({ keys: [r1.jwk], more: 'x'.repeat(150_000) }))],
  ['JSON that is no key set', (_request, response) => response.end('[]')],
];

describe('an issuer in trouble', () => {
  function authorizer(jwksUri = `${base}/jwks`) {
    const ports = Object.assign(testPorts(nodeCryptoEngine), { fetchKeySet });
    const { apiTokens: _, ...config } = authorizerConfig([issuerConfig([], { jwksUri })]);
    const authorize = createAuthorizer(config, ports);
    return { ports, ask: (key = r1) => authorize(bearerEvent(accessToken(key))) };
  }

  it.each(TROUBLES)('that gives %s: a known key goes on, another is a failure and no 401', async (_what, trouble) => {
    const { ports, ask } = authorizer();
    await ask();
    answer = trouble;
    ports.now += 300;
    expect(await ask()).toMatchObject({ principalId: 'access_token|https://issuer.example.com/|user-1' });

    await expect(ask(r2)).rejects.toThrow('key set of the issuer cannot be fetched');
    expect(await ask()).toMatchObject({ principalId: 'access_token|https://issuer.example.com/|user-1' });
    expect(ports.decisions.map(({ reason }) => reason)).toEqual(['ok', 'ok', 'store_error', 'ok']);
  });

  it.each(TROUBLES)('that gives %s from the start: a failure and no 401', async (_what, trouble) => {
    const { ports, ask } = authorizer();
    answer = trouble;

    await expect(ask()).rejects.toThrow('key set of the issuer cannot be fetched');
    expect(ports.decisions).toMatchObject([{ decision: 'error', reason: 'store_error' }]);
  });

  it('whose address is plain HTTP is never asked', async () => {
    await expect(authorizer('http://issuer.example.com/jwks').ask()).rejects.toThrow('cannot be fetched');
    expect(requests).toBe(0);
  });

  it('is asked once in 30 s by a thousand unknown ids', async () => {
    const { ports, ask } = authorizer();
    await ask();
    ports.now += 30;
    for (let number = 0; number < 1000; number++) {
      await expect(ask({ ...r2, jwk: { ...r2.jwk, kid: `unknown-${number}` } })).rejects.toThrow('Unauthorized');
    }

    expect(requests).toBe(2);
  });

  it('that drops a key has its tokens refused from the next set on', async () => {
    const { ports, ask } = authorizer();
    await ask();
    answer = (_request, response) => response.end(JSON.stringify({ keys: [r2.jwk] }));
    ports.now += 30;
    await ask(r2);

    // The same token was accepted before; it is not remembered beyond 5 s.
    await expect(ask()).rejects.toThrow('Unauthorized');
  });
});
