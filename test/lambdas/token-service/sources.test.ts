import { OUTBOX, outboxEntries } from '../../../lambdas/lib/outbox';
import type { SourceCuts } from '../../../lambdas/lib/revocation';
import { Sources } from '../../../lambdas/token-service/domain/revocation/sources';
import { DynamoOutboxIndex } from '../../../lambdas/token-sweeper/aws/outbox-index';
import type { TokenSweeperConfig } from '../../../lambdas/token-sweeper/config';
import { createSweeper } from '../../../lambdas/token-sweeper/sweeper';
import { contextOfAccessToken, contextOfToken } from './support/callers';
import { CONFIG, Harness, NOW, StoreWithAdministrator, VALID } from './support/harness';
import { MemoryTrail } from './support/memory-trail';
import { TABLE } from './support/token-table';

let service: Harness;
beforeAll(async () => {
  service = await Harness.start();
});
beforeEach(async () => {
  await service.store.resetRevocations();
  service.overrides = {};
  service.now = NOW;
  service.config = {
    ...CONFIG,
    ownIssuer: 'https://id.example.com',
    revocationBounds: { recordSeconds: 60, setSeconds: 90 },
  };
});
afterAll(() => service.close());

const seconds = () => service.now / 1000;
const cuts = async (): Promise<SourceCuts> => (await service.store.getRevocations())?.sources ?? {};
const post = (path: string, options = {}) => service.request('POST', `/v1/tokens/${path}`, options);

async function issued(body: object = {}): Promise<string> {
  return (await service.issue({ scopes: ['sales:read', 'reports:read'], ...body })).body.id;
}

async function patch(id: string, body: object) {
  const { headers } = await service.request('GET', `/v1/tokens/${id}`);
  return service.request('PATCH', `/v1/tokens/${id}`, { body, headers: { 'If-Match': headers.etag ?? '' } });
}

describe('what was derived from a token ends', () => {
  test('with its revocation, for all that was begun before, and the answer states the bound of the set', async () => {
    const id = await issued();
    expect((await post(`${id}/revoke`)).body).toMatchObject({ effectiveWithinSeconds: 90 });
    expect(await cuts()).toEqual({ [`token:${id}`]: seconds() + 60 });
  });

  test('when it is disabled, for all that was derived so far', async () => {
    const id = await issued();
    expect((await post(`${id}/disable`)).body).toMatchObject({ effectiveWithinSeconds: 90 });
    expect(await cuts()).toEqual({ [`token:${id}`]: seconds() + 1 });
  });

  test.each<[string, object]>([
    ['a scope', { scopes: ['sales:read'] }],
    ['its freedom of networks', { cidrs: ['192.0.2.0/24'] }],
    ['a network', { cidrs: ['198.51.100.0/24'] }],
    ['time', { expiresAt: '2026-01-05T00:00:00Z' }],
    ['its beginning', { notBefore: '2026-01-02T00:00:00Z' }],
  ])('when it loses %s', async (_, change) => {
    const cidrs = 'cidrs' in change && change.cidrs?.toString() !== '192.0.2.0/24' ? ['203.0.113.0/24'] : [];
    const id = await issued({ cidrs });
    expect((await patch(id, change)).body).toMatchObject({ effectiveWithinSeconds: 90 });
    expect(await cuts()).toEqual({ [`token:${id}`]: seconds() + 1 });
  });

  test.each<[string, object]>([
    ['no overlap', { overlapSeconds: 0 }],
    ['an overlap that is shorter than an access token lives', { overlapSeconds: 899 }],
    ['its newest secret replaced', { replaceNewest: true }],
  ])('when it is rotated with %s', async (_, body) => {
    const id = await issued();
    expect((await post(`${id}/rotate`, { body })).body).toMatchObject({ effectiveWithinSeconds: 90 });
    expect(await cuts()).toEqual({ [`token:${id}`]: seconds() + 1 });
  });

  test('with the grace of the secret before', async () => {
    const id = await issued();
    expect((await post(`${id}/rotate`, { body: {} })).body).toMatchObject({ effectiveWithinSeconds: 60 });
    expect(await cuts()).toEqual({});
    expect((await post(`${id}/end-grace`)).body).toMatchObject({ effectiveWithinSeconds: 90 });
    expect(await cuts()).toEqual({ [`token:${id}`]: seconds() + 1 });
  });
});

test('nothing that takes nothing from a token ends anything', async () => {
  const id = await issued({ cidrs: ['192.0.2.0/25'] });
  await patch(id, { name: 'another', scopes: ['sales:read', 'reports:read', 'sales:write'] });
  await patch(id, { cidrs: ['192.0.2.0/25', '198.51.100.0/24'] });
  await patch(id, { cidrs: [], expiresAt: '2026-12-01T00:00:00Z' });
  expect((await patch(id, { name: 'a third' })).body).toMatchObject({ effectiveWithinSeconds: 60 });
  await post(`${id}/rotate`, { body: { overlapSeconds: 900 } });
  await post(`${id}/enable`);
  expect(await cuts()).toEqual({});
});

test('a platform that derives nothing writes nothing, and states the bound of the record', async () => {
  const { ownIssuer: _, ...config } = service.config;
  service.config = config;
  const id = await issued();
  expect((await post(`${id}/revoke`)).body).toMatchObject({ effectiveWithinSeconds: 60 });
  expect(await service.store.getRevocations()).not.toHaveProperty('sources');
});

test('the record comes first, then the flush, then the set', async () => {
  const id = await issued();
  const seen: unknown[] = [];
  service.overrides = {
    flushAuthorizerCaches: async () => {
      seen.push((await service.storedToken(id)).status, await cuts());
      return { flushed: 1, failures: [] };
    },
  };
  await post(`${id}/revoke`);
  expect(seen).toEqual(['revoked', {}]);
  expect(Object.keys(await cuts())).toEqual([`token:${id}`]);
});

test('a token that revokes itself cannot ask again: what was derived from it ends first', async () => {
  const id = await issued({ scopes: ['tokens:write'] });
  let before: SourceCuts | undefined;
  service.overrides = {
    flushAuthorizerCaches: async () => {
      before = await cuts();
      return { flushed: 1, failures: [] };
    },
  };
  await post(`${id}/revoke`, { authorizer: contextOfToken(await service.storedToken(id)) });
  expect(before).toEqual({ [`token:${id}`]: seconds() + 1 });
});

describe('where that breaks off', () => {
  class WithoutSources extends StoreWithAdministrator {
    override cutSources(): Promise<boolean> {
      return Promise.reject(new Error('out of reach'));
    }
  }

  function breaking(trail?: MemoryTrail): void {
    const failing = new WithoutSources(service.table.client, TABLE);
    service.overrides = { store: failing, ...(trail ? { trail } : {}) };
  }

  test.each(['revoke', 'disable', 'end-grace'])(
    'the caller is told, and the same request again does the rest: %s',
    async (action) => {
      const id = await issued();
      await post(`${id}/rotate`, { body: {} });
      breaking();
      expect((await post(`${id}/${action}`)).status).toBe(500);
      service.overrides = {};
      expect((await post(`${id}/${action}`)).status).toBe(200);
      expect(Object.keys(await cuts())).toEqual([`token:${id}`]);
    },
  );

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['revocation', (id) => post(`${id}/revoke`)],
    ['lost scope', (id) => patch(id, { scopes: ['sales:read'] })],
    ['rotation', (id) => post(`${id}/rotate`, { body: { overlapSeconds: 0 } })],
  ])('its entry waits in the outbox, and the sweeper does both: %s', async (_, change) => {
    const trail = new MemoryTrail();
    const id = await issued();
    breaking(trail);
    await change(id);
    expect(await cuts()).toEqual({});
    expect(trail.all).toEqual([]);
    service.now += 60_000;
    service.overrides = { trail };
    const outboxes = new DynamoOutboxIndex(service.table.client, TABLE);
    const sweep = createSweeper(service.config satisfies TokenSweeperConfig, { ...service.ports, outboxes });
    expect(await sweep()).toMatchObject({ swept: 1, failed: 0 });
    expect(Object.keys(await cuts())).toEqual([`token:${id}`]);
    expect(trail.all).toMatchObject([{ object: { id } }]);
    const token = await service.storedToken(id);
    expect([outboxEntries(token), Object.hasOwn(token, OUTBOX.of)]).toEqual([[], false]);
  });
});

describe('many at once', () => {
  async function bulk(ids: readonly string[], action: string) {
    const body = { action, ids };
    const { confirmation } = (await service.request('POST', '/v1/bulk', { body: { ...body, dryRun: true } })).body;
    return service.request('POST', '/v1/bulk', { body: { ...body, confirmation } });
  }

  test('a job notes each token', async () => {
    const ids = await Promise.all([issued(), issued({ application: 'ci' }), issued()]);
    await bulk(ids, 'disable');
    expect(await cuts()).toEqual(Object.fromEntries(ids.map((id) => [`token:${id}`, seconds() + 1])));
    await bulk(ids, 'enable');
    expect(Object.keys(await cuts())).toHaveLength(3);
  });

  test('of many of one application it notes the application', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => issued()));
    const other = await issued({ application: 'ci' });
    await bulk([...ids, other], 'revoke');
    expect(await cuts()).toEqual({ 'application:dashboard': seconds() + 1, [`token:${other}`]: seconds() + 60 });
  });
});

describe('a caller whose access token was derived', () => {
  const own = (source: string) =>
    contextOfAccessToken({ issuer: 'https://id.example.com', source, issuedAt: String(seconds()) });
  const asks = async (source: string) =>
    (await service.issue({ application: 'dashboard' }, { authorizer: own(source) })).status;

  test('may do nothing any more when its client has ended, and neither may what it issued', async () => {
    const source = `client:${'C'.repeat(16)}`;
    const body = { application: 'dashboard', scopes: ['tokens:write'], expiresInSeconds: 600 };
    const authorizer = { ...own(source), expiresAt: String(seconds() + 3600) };
    const { id } = (await service.issue(body, { authorizer })).body;
    const child = contextOfToken(await service.storedToken(id));
    const issuesMore = async () =>
      (await service.issue({ ...body, expiresInSeconds: 60 }, { authorizer: child })).status;
    expect(await issuesMore()).toBe(201);
    await new Sources(service.config, service.ports).end([{ source, application: 'dashboard' }]);
    expect([await asks(source), await issuesMore()]).toEqual([403, 403]);
  });

  test('may do nothing any more when its API token is paused, whatever the gateway remembers', async () => {
    const id = await issued();
    const context = { ...own(`token:${id}`), expiresAt: String(seconds() + 3600) };
    const validate = async () =>
      (await service.request('POST', '/v1/token-validations', { body: VALID, authorizer: context })).status;
    expect(await validate()).toBe(200);
    await service.overwriteToken(id, { status: 'disabled' });
    expect(await validate()).toBe(403);
  });
});

test('a set that is thrown away ends everything that was derived', async () => {
  const id = await issued();
  await post(`${id}/revoke`);
  await service.invoke({ action: 'resetRevocations' });
  const cut = seconds() + 1;
  expect(await cuts()).toEqual({ 'token:*': cut, 'client:*': cut, 'session:*': cut });
});
