import { createKeyStore } from '../../../../lambdas/authorizer/access-token/key-store';
import type { Algorithm } from '../../../../lambdas/authorizer/access-token/signature';
import { type Claims, ecKey, edKey, issuerConfig, rsaKey, type SigningKey, testPorts } from '../support/access-tokens';

const ALL: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const URI = 'https://issuer.example.com/jwks';
const r1 = rsaKey('r1');
const r2 = rsaKey('r2');
const e1 = ecKey('e1');

const without = (jwk: Claims, ...names: string[]) =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)));

/** A store with a fetched key set, and one that was packaged with the function if given. */
function remote(keys: readonly SigningKey[] = [r1], packaged?: readonly SigningKey[]) {
  const ports = testPorts();
  const serve = (served: readonly SigningKey[]) => {
    ports.keySet = async () => ({ keys: served.map((key) => key.jwk) });
  };
  serve(keys);
  const snapshot = packaged && { jwks: { keys: packaged.map((key) => key.jwk) } };
  const find = createKeyStore(issuerConfig([], { jwksUri: URI, algorithms: ALL, ...snapshot }), ports);
  const fail = () => {
    ports.keySet = () => Promise.reject(new Error('no answer'));
  };
  return { ports, find, serve, fail };
}

/** Lets everything that was started beside the requests come to its end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A store with an inline key set. */
function inline(keys: readonly Claims[]) {
  const jwks = { keys };
  const ports = testPorts();
  return { ports, find: createKeyStore(issuerConfig([], { jwks, algorithms: ALL }), ports) };
}

// Which keys of a set are left out stands in key-hygiene.test.ts.
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

  it('is fetched again beside the requests: none that names a known key waits', async () => {
    const { find, ports } = remote();
    await find('r1', 'RS256');
    ports.keySet = () => new Promise(() => {});
    ports.now += 600;
    const found = [find('r1', 'RS256'), find('r1', 'RS256')];

    expect(found.map((key) => key instanceof Promise)).toEqual([false, false]);
    expect(ports.fetches).toHaveLength(2);
  });

  it('is waited for at an age of 20 minutes, when nobody has asked for it meanwhile', async () => {
    const { find, ports, serve } = remote([r1, r2]);
    await find('r1', 'RS256');
    serve([r2]);
    ports.now += 1200;

    expect(await find('r1', 'RS256')).toBeUndefined();
  });

  it('is fetched 7 times in an hour of requests', async () => {
    const { find, ports } = remote();
    for (let second = 0; second <= 3600; second++) {
      expect(await find('r1', 'RS256')).toBeDefined();
      ports.now += 1;
    }

    expect(ports.fetches).toHaveLength(7);
  });

  it('is asked for again when a fetch was frozen with the function and fails when both go on', async () => {
    const { find, ports, serve } = remote();
    await find('r1', 'RS256');
    let fail: (error: Error) => void = () => {};
    ports.keySet = () => new Promise((_resolve, reject) => (fail = reject));
    ports.now += 600;
    await find('r1', 'RS256');
    ports.now += 90_000;
    const late = find('r1', 'RS256');
    const other = find('r2', 'RS256');
    serve([r1, r2]);
    fail(new Error('no answer'));

    expect(await Promise.all([late, other])).toEqual([expect.anything(), expect.anything()]);
    expect(ports.fetches).toHaveLength(3);
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

  it('drops a key that a later set lacks, as soon as that is there', async () => {
    const { find, ports, serve } = remote([r1, r2]);
    await find('r1', 'RS256');
    serve([r2]);
    ports.now += 600;
    await find('r1', 'RS256');
    await settle();

    expect(await find('r1', 'RS256')).toBeUndefined();
    expect(await find('r2', 'RS256')).toBeDefined();
    expect(ports.fetches).toHaveLength(2);
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

    it('serves known keys for an hour without a failed or a waiting request, with one attempt in 30 s', async () => {
      const { find, ports, fail } = remote();
      await find('r1', 'RS256');
      fail();
      ports.now += 600;
      for (let second = 0; second < 3600; second += 10) {
        expect(find('r1', 'RS256')).toMatchObject({ type: 'public' });
        await settle();
        ports.now += 10;
      }

      expect(ports.fetches).toHaveLength(1 + 120);
    });

    it('waits for one attempt when the last failure is older than 10 minutes', async () => {
      const { find, ports, fail, serve } = remote();
      await find('r1', 'RS256');
      fail();
      ports.now += 1200;
      expect(await find('r1', 'RS256')).toBeDefined();
      serve([r2]);
      ports.now += 600;

      expect(await find('r1', 'RS256')).toBeUndefined();
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
      await find('r1', 'RS256');
      await settle();

      expect(await find('r1', 'RS256')).toBeDefined();
      expect(ports.warnings).toEqual(['key_set_refresh_failed']);
    },
  );
});

describe('key set that was packaged with the function', () => {
  it('serves at once, and the fetch runs beside it', async () => {
    const { find, ports } = remote([r1], [r1]);

    expect(find('r1', 'RS256')).toMatchObject({ type: 'public' });
    expect(ports.fetches).toEqual([URI]);
  });

  it('serves, also when it is first needed long after the start', () => {
    const { find, ports } = remote([r1], [r1]);
    ports.now += 90_000;

    expect(find('r1', 'RS256')).toMatchObject({ type: 'public' });
  });

  it('gives way to the first set that was fetched', async () => {
    const { find } = remote([r2], [r1]);
    await find('r1', 'RS256');
    await settle();

    expect(await find('r1', 'RS256')).toBeUndefined();
    expect(await find('r2', 'RS256')).toBeDefined();
  });

  it('is not enough for an id that it lacks', async () => {
    const { find } = remote([r1, r2], [r1]);

    expect(await find('r2', 'RS256')).toBeDefined();
  });

  it('serves for 24 h when none can be fetched, and no longer', async () => {
    const { find, ports, fail } = remote([], [r1]);
    fail();
    for (let hour = 0; hour < 24; hour++) {
      expect(await find('r1', 'RS256')).toBeDefined();
      await settle();
      ports.now += 3600;
    }

    await expect(find('r1', 'RS256')).rejects.toMatchObject({ reason: 'store_error' });
  });
});
