import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchKeySet } from '../../../lambdas/authorizer/aws-ports';
import { createKeyStore } from '../../../lambdas/authorizer/key-store';
import type { Algorithm } from '../../../lambdas/authorizer/signature';
import { type Claims, ecKey, edKey, issuerConfig, rsaKey, type SigningKey, testPorts } from './support/access-tokens';

const ALL: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const URI = 'https://issuer.example.com/jwks';
const r1 = rsaKey('r1');
const r2 = rsaKey('r2');
const e1 = ecKey('e1');

const without = (jwk: Claims, ...names: string[]) =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)));

/** A store with a fetched key set. */
function remote(keys: readonly SigningKey[] = [r1]) {
  const ports = testPorts();
  const serve = (served: readonly SigningKey[]) => {
    ports.keySet = async () => ({ keys: served.map((key) => key.jwk) });
  };
  serve(keys);
  const find = createKeyStore(issuerConfig([], { jwksUri: URI, algorithms: ALL }), ports);
  const fail = () => {
    ports.keySet = () => Promise.reject(new Error('no answer'));
  };
  return { ports, find, serve, fail };
}

/** A store with an inline key set. */
function inline(keys: readonly Claims[]) {
  const jwks = { keys };
  const ports = testPorts();
  return { ports, find: createKeyStore(issuerConfig([], { jwks, algorithms: ALL }), ports) };
}

describe('inline key set', () => {
  it.each([
    ['RS256', r1],
    ['PS256', rsaKey('p1', { alg: 'PS256' })],
    ['ES256', e1],
    ['EdDSA', edKey('d1')],
  ] as const)('gives a key for %s', async (algorithm, key) => {
    const { find, ports } = inline([key.jwk]);

    expect((await find(String(key.jwk.kid), algorithm))?.equals(key.publicKey)).toBe(true);
    expect(ports.fetches).toEqual([]);
  });

  it('gives nothing for another id or algorithm', async () => {
    const { find } = inline([r1.jwk]);

    expect(await find('r2', 'RS256')).toBeUndefined();
    expect(await find('r1', 'PS256')).toBeUndefined();
    expect(await find('r1', 'ES256')).toBeUndefined();
  });

  it('gives a key without alg for each algorithm of its type', async () => {
    const { find } = inline([without(r1.jwk, 'alg')]);

    expect(await find('r1', 'RS256')).toBeDefined();
    expect(await find('r1', 'PS256')).toBeDefined();
    expect(await find('r1', 'ES256')).toBeUndefined();
  });

  it('gives no key for an algorithm that the issuer does not have', async () => {
    const find = createKeyStore(issuerConfig([e1], { algorithms: ['RS256'] }), testPorts());

    expect(await find('e1', 'ES256')).toBeUndefined();
  });

  it.each([undefined, null, [], { keys: {} }, 'keys'])('cannot be %j', (jwks) => {
    expect(() => createKeyStore(JSON.parse(JSON.stringify({ ...issuerConfig([]), jwks })), testPorts())).toThrow(
      'key set has no list of keys',
    );
  });

  describe('leaves out', () => {
    const x = Buffer.alloc(32, 1).toString('base64url');
    const defects: readonly (readonly [string, Claims, Algorithm?])[] = [
      ['a secret key', { kty: 'oct', kid: 'bad', k: x }],
      ['a secret key that says RS256', { kty: 'oct', kid: 'bad', k: x, alg: 'RS256' }],
      ['a private key', { ...r1.privateKey.export({ format: 'jwk' }), kid: 'bad' }],
      ['RSA of 1024 bits', rsaKey('bad', {}, 1024).jwk],
      ['RSA of 2047 bits', rsaKey('bad', {}, 2047).jwk],
      ['RSA with exponent 1', { ...r2.jwk, kid: 'bad', e: 'AQ' }],
      ['RSA with exponent 3', rsaKey('bad', {}, 2048, 3).jwk],
      ['RSA with an even exponent', { ...r2.jwk, kid: 'bad', e: 'AQAC' }],
      ['a key for encryption', { ...r2.jwk, kid: 'bad', use: 'enc' }],
      ['a key with another operation', { ...r2.jwk, kid: 'bad', key_ops: ['encrypt'] }],
      ['a key whose operations are no list', { ...r2.jwk, kid: 'bad', key_ops: 'verify' }],
      ['a key for RS512', { ...r2.jwk, kid: 'bad', alg: 'RS512' }],
      ['a key for RSA-OAEP-256', { ...r2.jwk, kid: 'bad', alg: 'RSA-OAEP-256' }],
      ['a curve of another algorithm', ecKey('bad', {}, 'P-384').jwk, 'ES256'],
      ['a point off its curve', { ...e1.jwk, kid: 'bad', y: x }, 'ES256'],
      ['an RSA key that says ES256', { ...r2.jwk, kid: 'bad', alg: 'ES256' }, 'ES256'],
      ['a key without modulus', { kty: 'RSA', kid: 'bad', e: 'AQAB' }],
    ];

    const rows = defects.map(([what, jwk, algorithm = 'RS256']) => [what, jwk, algorithm] as const);

    it.each(rows)('%s, and no other', async (_what, jwk, algorithm) => {
      const { find } = inline([jwk, r1.jwk]);

      expect(await find('bad', algorithm)).toBeUndefined();
      expect(await find('r1', 'RS256')).toBeDefined();
    });

    it('both keys with the same id', async () => {
      const { find } = inline([r1.jwk, { ...r2.jwk, kid: 'r1' }, e1.jwk]);

      expect(await find('r1', 'RS256')).toBeUndefined();
      expect(await find('e1', 'ES256')).toBeDefined();
    });

    it('both keys with the same id when one of them could not be used anyway', async () => {
      const { find } = inline([r1.jwk, { kty: 'oct', kid: 'r1', k: x }]);

      expect(await find('r1', 'RS256')).toBeUndefined();
    });

    it('keys without an id or with one that is no text', async () => {
      const { find } = inline([without(r1.jwk, 'kid'), { ...r2.jwk, kid: 7 }, { ...e1.jwk, kid: '' }]);

      expect(await find('undefined', 'RS256')).toBeUndefined();
      expect(await find('7', 'RS256')).toBeUndefined();
      expect(await find('', 'ES256')).toBeUndefined();
    });
  });

  it('may hold entries that are no keys', async () => {
    const keys = JSON.parse(JSON.stringify([null, 1, 'r1', [], r1.jwk]));

    expect(await inline(keys).find('r1', 'RS256')).toBeDefined();
  });
});

describe('fetched key set', () => {
  it('is fetched at the first need and kept for 10 minutes', async () => {
    const { find, ports } = remote();
    expect(ports.fetches).toEqual([]);
    expect(await find('r1', 'RS256')).toBeDefined();
    ports.now += 599;
    await find('r1', 'RS256');
    expect(ports.fetches).toEqual([URI]);
    ports.now += 1;
    await find('r1', 'RS256');

    expect(ports.fetches).toEqual([URI, URI]);
  });

  it('is fetched once for all that wait', async () => {
    const { find, ports } = remote();

    const found = await Promise.all([find('r1', 'RS256'), find('r1', 'RS256'), find('r2', 'RS256')]);

    expect(found.map((key) => key !== undefined)).toEqual([true, true, false]);
    expect(ports.fetches).toEqual([URI]);
  });

  it('is not fetched a second time while the first fetch runs, however long', async () => {
    const { find, ports } = remote();
    let answer: (keySet: unknown) => void = () => {};
    ports.keySet = () => new Promise((resolve) => (answer = resolve));
    const first = find('r1', 'RS256');
    ports.now += 60;
    const second = find('r1', 'RS256');
    answer({ keys: [r1.jwk] });

    expect(await Promise.all([first, second])).toEqual([expect.anything(), expect.anything()]);
    expect(ports.fetches).toHaveLength(1);
  });

  it('is fetched once for a thousand unknown ids in 30 s', async () => {
    const { find, ports } = remote();
    await find('r1', 'RS256');
    ports.now += 30;
    for (let number = 0; number < 1000; number++) {
      expect(await find(`unknown-${number}`, 'RS256')).toBeUndefined();
    }
    expect(ports.fetches).toHaveLength(2);
    ports.now += 30;
    await find('unknown', 'RS256');

    expect(ports.fetches).toHaveLength(3);
  });

  it('gives a new key as soon as an unknown id may be looked for', async () => {
    const { find, ports, serve } = remote();
    await find('r1', 'RS256');
    serve([r1, r2]);
    ports.now += 29;
    expect(await find('r2', 'RS256')).toBeUndefined();
    ports.now += 1;

    expect(await find('r2', 'RS256')).toBeDefined();
  });

  it('drops a key that a later set lacks', async () => {
    const { find, ports, serve } = remote([r1, r2]);
    await find('r1', 'RS256');
    serve([r2]);
    ports.now += 600;

    expect(await find('r1', 'RS256')).toBeUndefined();
    expect(await find('r2', 'RS256')).toBeDefined();
  });

  describe('when it cannot be fetched', () => {
    it('rejects, and tries no more than once in 30 s', async () => {
      const { find, ports, fail } = remote();
      fail();
      for (const _ of [1, 2, 3]) {
        await expect(find('r1', 'RS256')).rejects.toMatchObject({ reason: 'store_error' });
      }
      expect(ports.fetches).toHaveLength(1);
      expect(ports.warnings).toEqual(['key_set_refresh_failed']);
      ports.now += 30;
      await expect(find('r1', 'RS256')).rejects.toMatchObject({ reason: 'store_error' });

      expect(ports.fetches).toHaveLength(2);
    });

    it('serves known keys for an hour, with one attempt in 30 s', async () => {
      const { find, ports, fail } = remote();
      await find('r1', 'RS256');
      fail();
      ports.now += 600;
      for (let second = 0; second < 3600; second += 10) {
        expect(await find('r1', 'RS256')).toBeDefined();
        ports.now += 10;
      }

      expect(ports.fetches).toHaveLength(1 + 120);
    });

    it('serves known keys until the set is 24 h old', async () => {
      const { find, ports, fail } = remote();
      await find('r1', 'RS256');
      fail();
      ports.now += 86_399;
      expect(await find('r1', 'RS256')).toBeDefined();
      ports.now += 1;

      await expect(find('r1', 'RS256')).rejects.toMatchObject({ reason: 'store_error' });
    });

    it('rejects for unknown ids, because they may be new', async () => {
      const { find, ports, fail } = remote();
      await find('r1', 'RS256');
      fail();
      ports.now += 30;

      await expect(find('r2', 'RS256')).rejects.toMatchObject({ reason: 'store_error' });
    });

    it('serves the new set as soon as it can be fetched again', async () => {
      const { find, ports, fail, serve } = remote();
      fail();
      await expect(find('r1', 'RS256')).rejects.toThrow();
      serve([r1]);
      ports.now += 30;

      expect(await find('r1', 'RS256')).toBeDefined();
      expect(await find('r2', 'RS256')).toBeUndefined();
    });
  });

  it.each([[], 'text', null, { keys: 1 }])(
    'keeps the last one when the answer is %j, which is no key set',
    async (body) => {
      const { find, ports } = remote();
      await find('r1', 'RS256');
      ports.keySet = async () => body;
      ports.now += 600;

      expect(await find('r1', 'RS256')).toBeDefined();
      expect(ports.warnings).toEqual(['key_set_refresh_failed']);
    },
  );
});

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

  it.each(['', '<html></html>', '{"keys":['])('rejects %j, which is not JSON', async (body) => {
    const uri = await serve((_request, response) => response.end(body));

    await expect(fetchKeySet(uri)).rejects.toThrow(SyntaxError);
  });

  it.each([201, 404, 500])('rejects an answer with status %d', async (status) => {
    const uri = await serve((_request, response) => response.writeHead(status).end('{"keys":[]}'));

    await expect(fetchKeySet(uri)).rejects.toThrow(`answered with status ${status}, expected 200`);
  });
});
