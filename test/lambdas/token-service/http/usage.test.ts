import { DynamoUsage } from '../../../../lambdas/token-service/aws/dynamo-usage';
import { createAggregator } from '../../../../lambdas/usage-aggregator/aggregator';
import { USAGE_TABLE, type UsageTables, usageTablesOf } from '../../usage-aggregator/support/dynamo';
import { type Context, deliveryOf, lineOf, requestAt } from '../../usage-aggregator/support/lines';
import { CONFIG as AGGREGATOR } from '../../usage-aggregator/support/memory';
import { contextOfAccessToken, contextOfToken } from '../support/callers';
import { Harness } from '../support/harness';

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

let service: Harness;
let tables: UsageTables;
beforeEach(async () => {
  service = await Harness.start();
  tables = await usageTablesOf(service.table);
  service.overrides = { usage: new DynamoUsage(service.table.client, USAGE_TABLE, async () => undefined) };
});
afterEach(async () => {
  await tables.close();
  await service.gateway.close();
});

let lines = 0;

/** Lets the aggregator count calls of a token, each so many milliseconds before now. */
async function count(tokenId: string, calls: readonly (Context & { readonly ago: number })[]): Promise<void> {
  const events = calls.map(({ ago, ...more }) => {
    lines += 1;
    const message = lineOf(requestAt(service.now - ago, { 'authorizer.tokenId': tokenId, ...more }));
    return { id: `line-${lines}`, message };
  });
  await createAggregator(
    AGGREGATOR,
    tables.ports(() => service.now),
  )(deliveryOf(events));
}

const iso = (ago: number): string => new Date(service.now - ago).toISOString();

const batch = (body: object, authorizer?: object) =>
  service.request('POST', '/v1/usage/batch', { body, ...(authorizer === undefined ? {} : { authorizer }) });

const hygiene = async (query: Record<string, string> = {}) =>
  (await service.request('GET', '/v1/hygiene', { query })).body;

describe('POST /usage/batch', () => {
  test('has totals, and the periods in which there were calls', async () => {
    const { id } = (await service.issue()).body;
    await count(id, [
      { ago: 0 },
      { ago: 25 * HOUR_MS, status: 403, responseLatency: 400, 'error.responseType': 'ACCESS_DENIED' },
      { ago: 25 * HOUR_MS, status: 502 },
    ]);
    const { status, body } = await batch({ tokenIds: [id], from: iso(48 * HOUR_MS), to: iso(-HOUR_MS) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ step: 'day', asOf: iso(0).replace('.000Z', 'Z'), lagSeconds: 0 });
    const [usage] = body.usage;
    expect(usage).toMatchObject({
      tokenId: id,
      state: 'counted',
      totals: {
        calls: 3,
        s2xx: 1,
        s4xx: 1,
        s403: 1,
        s5xx: 1,
        errors: { ACCESS_DENIED: 1 },
        routes: { 'shop GET /v1/sales': 3 },
        scopes: { 'sales:read': 3 },
        secrets: [{ number: 1, lastAddress: '192.0.2.7', lastUserAgent: 'curl/8.5.0' }],
      },
    });
    expect(usage.points.map(({ calls }: { calls: number }) => calls)).toEqual([2, 1]);
    const hours = await batch({ tokenIds: [id], from: iso(2 * HOUR_MS), to: iso(-HOUR_MS), step: 'hour' });
    expect(hours.body.usage[0]).toMatchObject({ totals: { calls: 1 }, points: [{ calls: 1, s2xx: 1 }] });
  });

  test('zero, unavailable and not allowed are three answers', async () => {
    const { id } = (await service.issue()).body;
    const other = (await service.issue({ application: 'other' })).body;
    const unknown = 'ZZZZZZZZZZZZZZZZ';
    const ask = { tokenIds: [id, unknown], from: iso(HOUR_MS), to: iso(0) };
    const all = (await batch(ask)).body.usage;
    expect(all[0]).toMatchObject({ state: 'counted', totals: { calls: 0 }, points: [] });
    expect(all[1]).toEqual({ tokenId: unknown, state: 'not-allowed' });
    const caller = contextOfToken({ ...other, scopes: ['tokens:read'], expiresAt: 2_000_000_000, createdAt: 1 });
    expect((await batch(ask, caller)).body.usage[0]).toEqual({ tokenId: id, state: 'not-allowed' });
    service.overrides = {
      usage: {
        pages: () => Promise.reject(new Error('throttled')),
        summaries: () => Promise.reject(new Error('throttled')),
        progress: () => Promise.reject(new Error('throttled')),
      },
    };
    const down = await batch(ask);
    expect([down.status, down.body.usage[0]]).toEqual([200, { tokenId: id, state: 'unavailable' }]);
    expect(down.body).not.toHaveProperty('asOf');
    service.overrides = {};
    expect((await batch(ask)).body.usage[0]).toEqual({ tokenId: id, state: 'unavailable' });
  });

  test('a member of the team reads its tokens, of another team none', async () => {
    await service.addTeam('shop', { 'user-17': 'viewer' });
    await service.addTeam('depot', { 'user-18': 'owner' });
    const { id } = (await service.issue({ application: 'till', team: 'shop' })).body;
    const ask = { tokenIds: [id], from: iso(HOUR_MS), to: iso(0) };
    const person = (subject: string) => {
      const { application: _, ...context } = contextOfAccessToken({ subject, scopes: 'tokens:read' });
      return context;
    };
    expect((await batch(ask, person('user-17'))).body.usage[0].state).toBe('counted');
    expect((await batch(ask, person('user-18'))).body.usage[0].state).toBe('not-allowed');
  });

  test.each([
    ['no time', { to: '2026-01-01T00:00:00Z' }, '#/to'],
    ['too long for so many tokens', { from: '2016-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, '#/from'],
    ['no token', { tokenIds: [] }, '#/tokenIds'],
    ['a token twice', { tokenIds: ['AbCdEfGhIjKlMnOp', 'AbCdEfGhIjKlMnOp'] }, '#/tokenIds'],
    ['another step', { step: 'week' }, '#/step'],
  ])('%s is refused with its place', async (_, change, pointer) => {
    const { status, body } = await batch({
      tokenIds: ['AbCdEfGhIjKlMnOp'],
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-02T00:00:00Z',
      ...change,
    });
    expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
  });
});

describe('GET /hygiene', () => {
  /** What is said of a token. */
  const found = async (id: string) => {
    const { tokens } = await hygiene();
    return (tokens as { tokenId: string; findings: { kind: string }[] }[]).find(({ tokenId }) => tokenId === id);
  };
  const kinds = async (id: string) => (await found(id))?.findings.map(({ kind }) => kind);

  test('tells granted scopes that no call needed, and those that would be enough', async () => {
    const { id } = (await service.issue({ scopes: ['sales:*', 'reports:read'], cidrs: ['192.0.2.0/24'] })).body;
    service.now += HOUR_MS;
    await count(id, [{ ago: 0, 'authorizer.scopes': 'sales:* reports:read' }]);
    expect((await found(id))?.findings).toEqual([
      expect.objectContaining({ kind: 'unused-scopes', unusedScopes: ['reports:read'], usedScopes: ['sales:read'] }),
    ]);
  });

  test('is silent about a token that is used for all that it may do', async () => {
    const { id } = (await service.issue({ scopes: ['sales:read'], cidrs: ['192.0.2.0/24'] })).body;
    await count(id, [{ ago: 0 }]);
    expect(await found(id)).toBeUndefined();
    expect(await hygiene()).toMatchObject({ usageKnown: true, examined: 1, tokens: [] });
  });

  test('tells tokens that were never used, and for how long they were not', async () => {
    const body = { cidrs: ['192.0.2.0/24'], scopes: ['sales:read'], expiresInSeconds: 200 * DAY_SECONDS };
    const [never, used] = [(await service.issue(body)).body.id, (await service.issue(body)).body.id];
    await count(used, [{ ago: 0 }]);
    expect([await kinds(never), await kinds(used)]).toEqual([undefined, undefined]);
    service.now += 31 * DAY_SECONDS * 1000;
    expect([await kinds(never), await kinds(used)]).toEqual([['never-used', 'unused-30-days'], ['unused-30-days']]);
    service.now += 60 * DAY_SECONDS * 1000;
    expect([await kinds(never), await kinds(used)]).toEqual([['never-used', 'unused-90-days'], ['unused-90-days']]);
  });

  test('says nothing of use where the counts cannot be read, or before counting began', async () => {
    const { id } = (await service.issue({ scopes: ['sales:read'] })).body;
    service.now += 40 * DAY_SECONDS * 1000;
    expect(await kinds(id)).toEqual(['no-networks']);
    service.overrides = {};
    expect(await hygiene()).toMatchObject({ usageKnown: false, tokens: [{ findings: [{ kind: 'no-networks' }] }] });
  });

  test('tells an old secret that is still used, until it ends', async () => {
    const { id } = (await service.issue({ scopes: ['sales:read'], cidrs: ['192.0.2.0/24'] })).body;
    const record = await service.storedToken(id);
    const [first] = record.generations;
    const now = service.now / 1000;
    const old = { number: 1, createdAt: record.createdAt, graceUntil: now + 600 };
    await service.overwriteToken(id, {
      generations: [
        { ...first, ...old, hash: first?.hash ?? '', pepperId: first?.pepperId ?? '' },
        { number: 2, createdAt: now, hash: 'h', pepperId: 'p' },
      ],
      secrets: [old, { number: 2, createdAt: now }],
    });
    service.now += 60_000;
    await count(id, [{ ago: 0, 'authorizer.secretGeneration': 1 }]);
    expect((await found(id))?.findings[0]).toMatchObject({ kind: 'old-secret-in-use' });
    service.now += 600_000;
    expect(await found(id)).toBeUndefined();
  });

  test('tells tokens that live longer than the platform allows by now', async () => {
    const { id } = (await service.issue({ cidrs: ['192.0.2.0/24'] })).body;
    service.config = { ...service.config, maxLifetimeSeconds: DAY_SECONDS };
    expect(await kinds(id)).toEqual(['over-longest-lifetime']);
  });

  test('looks at one team alone, and leaves out what is refused anyway', async () => {
    await service.addTeams('shop', 'depot');
    const mine = (await service.issue({ application: 'till', team: 'shop' })).body.id;
    const revoked = (await service.issue({ application: 'till', team: 'shop' })).body.id;
    await service.issue({ application: 'crane', team: 'depot' });
    await service.request('POST', `/v1/tokens/${revoked}/revoke`);
    const { tokens, examined } = await hygiene({ team: 'shop' });
    expect([examined, tokens.map(({ tokenId }: { tokenId: string }) => tokenId)]).toEqual([1, [mine]]);
  });

  test('an application may not ask', async () => {
    const own = (await service.issue({ scopes: ['tokens:read'] })).body;
    const caller = contextOfToken({ ...own, expiresAt: 2_000_000_000, createdAt: 1 });
    expect((await service.request('GET', '/v1/hygiene', { authorizer: caller })).status).toBe(403);
  });
});
