import { contextOfToken } from '../support/callers';
import { Harness } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const BOUNDS = { recordSeconds: 60, setSeconds: 90 };

async function issued(scopes = ['sales:read']): Promise<string> {
  return (await service.issue({ scopes })).body.id;
}

const revoke = (id: string, options = {}) => service.request('POST', `/v1/tokens/${id}/revoke`, options);

describe('the answer of a revocation', () => {
  beforeEach(() => {
    service.config = { ...service.config, revocationBounds: BOUNDS };
  });

  test('says how soon it is in effect, also when it is asked for again', async () => {
    const id = await issued();
    expect((await revoke(id)).body).toMatchObject({ status: 'revoked', effectiveWithinSeconds: 60 });
    expect((await revoke(id)).body).toMatchObject({ status: 'revoked', effectiveWithinSeconds: 60 });
  });

  test('includes the set of revocations where the token may have issued others', async () => {
    const id = await issued(['sales:read', 'tokens:write']);
    expect((await revoke(id)).body).toMatchObject({ effectiveWithinSeconds: 90 });
  });

  test('says nothing where the service was not told of the APIs', async () => {
    const { revocationBounds: _, ...config } = service.config;
    service.config = config;
    expect((await revoke(await issued())).body).not.toHaveProperty('effectiveWithinSeconds');
  });
});

describe('the results that gateways keep', () => {
  /** What is stored at the moment of the flush. */
  let seen: { status: string; entries: number }[];

  beforeEach(() => {
    seen = [];
  });

  function flushing(id: string, failures: readonly string[] = []): void {
    service.overrides = {
      flushAuthorizerCaches: async () => {
        const named = (await service.store.getRevocations())?.named ?? {};
        seen.push({ status: (await service.storedToken(id)).status, entries: Object.keys(named).length });
        return { flushed: 1, failures };
      },
    };
  }

  test('are dropped after the record is revoked, and before the set is written', async () => {
    const id = await issued(['tokens:write']);
    flushing(id);
    await revoke(id);
    expect(seen).toEqual([{ status: 'revoked', entries: 0 }]);
    expect(Object.keys((await service.store.getRevocations())?.named ?? {})).toHaveLength(1);
  });

  test('a token that revokes itself cannot ask again: what it issued is refused first', async () => {
    const id = await issued(['tokens:write']);
    flushing(id);
    const own = contextOfToken(await service.storedToken(id));
    expect((await revoke(id, { authorizer: own })).status).toBe(200);
    expect(seen).toEqual([{ status: 'revoked', entries: 1 }]);
  });

  test('are left alone by a revocation that changes nothing', async () => {
    const id = await issued();
    flushing(id);
    await revoke(id);
    await revoke(id);
    expect(seen).toHaveLength(1);
  });

  test('a failed flush fails no revocation; it is logged and counted', async () => {
    const id = await issued();
    flushing(id, ['acme-dev-shop: TooManyRequestsException']);
    expect((await revoke(id)).status).toBe(200);
    expect(service.events('token.revoke.flush_failed')).toMatchObject([
      {
        level: 'warn',
        fields: { failures: 'acme-dev-shop: TooManyRequestsException' },
        metrics: { values: { AuthorizerCacheFlushFailures: { value: 1 } } },
      },
    ]);
  });

  test('neither does one that throws', async () => {
    const id = await issued();
    service.overrides = { flushAuthorizerCaches: () => Promise.reject(new TypeError('canary text')) };
    expect((await revoke(id)).status).toBe(200);
    expect(service.events('token.revoke.flush_failed')).toMatchObject([{ fields: { failures: 'TypeError' } }]);
  });
});
