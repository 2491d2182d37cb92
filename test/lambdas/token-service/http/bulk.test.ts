import type { TokenRecord } from '../../../../lambdas/lib/token-record';
import { contextOfToken } from '../support/callers';
import { AUTHORIZER, Harness, type RequestOptions } from '../support/harness';
import { MemoryTrail } from '../support/memory-trail';

let service: Harness;
let trail: MemoryTrail;
beforeEach(async () => {
  service = await Harness.start();
  trail = new MemoryTrail();
  service.overrides = { trail };
});
afterEach(() => service.close());

const bulk = (body: object, options: RequestOptions = {}) => service.request('POST', '/v1/bulk', { body, ...options });

async function confirmed(body: object, options: RequestOptions = {}) {
  const { body: preview } = await bulk({ ...body, dryRun: true }, options);
  return bulk({ ...body, confirmation: preview.confirmation }, options);
}

async function issue(count: number, body: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ids.push((await service.issue(body)).body.id);
  }
  return ids;
}

/** A caller with a token of another application; no request grants the platform's own scopes, so the record gets them. */
async function callerWith(
  ...scopes: readonly string[]
): Promise<RequestOptions & { readonly authorizer: { readonly tokenId: string } }> {
  const { body } = await service.issue({ application: 'partner' });
  const { version } = await service.storedToken(body.id);
  const record = (await service.store.updateToken(body.id, version, { scopes })) as TokenRecord;
  return { authorizer: contextOfToken(record) };
}

const statuses = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await service.storedToken(id)).status));

test('a dry run counts by team and status, and changes nothing', async () => {
  const ids = await issue(3);
  await issue(1, { application: 'other' });
  await service.request('POST', `/v1/tokens/${ids[0]}/revoke`);
  const { status, body } = await bulk({ action: 'revoke', filter: { application: 'dashboard' }, dryRun: true });
  expect(status).toBe(200);
  expect(body).toMatchObject({ count: 3, complete: true, byStatus: { active: 2, revoked: 1 } });
  expect(Object.values(body.byTeam)).toEqual([3]);
  expect(await statuses(ids)).toEqual(['revoked', 'active', 'active']);
});

test('a job that was confirmed revokes what was counted, and tells how each token ended', async () => {
  const ids = await issue(3);
  const [kept] = await issue(1, { application: 'other' });
  await service.request('POST', `/v1/tokens/${ids[0]}/revoke`);
  const { status, body, headers } = await confirmed({
    action: 'revoke',
    filter: { application: 'dashboard' },
    reason: 'leak',
  });
  expect(status).toBe(202);
  expect(headers.location).toBe(`bulk/${body.id}`);
  expect(body).toMatchObject({ status: 'done', expected: 3, counts: { changed: 2, unchanged: 1, refused: 0 } });
  expect(await statuses([...ids, kept ?? ''])).toEqual(['revoked', 'revoked', 'revoked', 'active']);
  const job = await service.request('GET', `/v1/bulk/${body.id}`);
  expect(job.body.results).toHaveLength(3);
  expect(job.body.results).toContainEqual({ tokenId: ids[0], outcome: 'unchanged' });
});

test("the trail tells of the start, of each token's change on behalf of whoever started it, and of the end", async () => {
  const ids = await issue(2);
  const { body } = await confirmed({ action: 'disable', ids, reason: 'maintenance' });
  const told = trail.all.filter(({ action }) => action !== 'token.issue');
  expect(told.map(({ action }) => action)).toEqual(['bulk.start', 'token.disable', 'token.disable', 'bulk.finish']);
  expect(told[0]).toMatchObject({ object: { kind: 'job', id: body.id }, actor: AUTHORIZER.principal });
  expect(told[1]).toMatchObject({
    actor: `job#${body.id}`,
    onBehalfOf: AUTHORIZER.principal,
    reason: 'maintenance',
    before: { status: 'active' },
    after: { status: 'disabled' },
  });
});

test('tokens that are disabled can be enabled again, revoked ones cannot', async () => {
  const ids = await issue(2);
  await confirmed({ action: 'disable', ids });
  expect(await statuses(ids)).toEqual(['disabled', 'disabled']);
  await service.request('POST', `/v1/tokens/${ids[1]}/revoke`);
  const { body } = await confirmed({ action: 'enable', ids: [...ids, 'none000000000000'] });
  expect(body.counts).toMatchObject({ changed: 1, refused: 1, missing: 1 });
  expect(await statuses(ids)).toEqual(['active', 'revoked']);
  const job = await service.request('GET', `/v1/bulk/${body.id}`);
  expect(job.body.results).toContainEqual({ tokenId: ids[1], outcome: 'refused', reason: 'revoked-for-good' });
});

test.each([
  ['none', {}, 'confirmation is missing'],
  ['one of another action', { action: 'disable' }, 'not of this request'],
  ['one of another filter', { filter: { application: 'other' } }, 'not of this request'],
])('a job is not started with %s as its confirmation', async (_, changes, text) => {
  const [id] = await issue(1);
  const body = { action: 'revoke', filter: { application: 'dashboard' } };
  const { body: preview } = await bulk({ ...body, dryRun: true });
  const confirmation = text.startsWith('not') ? { confirmation: preview.confirmation } : {};
  const reply = await bulk({ ...body, ...changes, ...confirmation });
  expect(reply.status).toBe(400);
  expect(reply.text).toContain(text);
  expect(await statuses([id ?? ''])).toEqual(['active']);
});

test("a confirmation is the caller's own, and holds for ten minutes", async () => {
  await issue(1);
  const body = { action: 'revoke', filter: { application: 'dashboard' } };
  const other = await callerWith('revocations:write', 'tokens:write');
  const { body: preview } = await bulk({ ...body, dryRun: true });
  const started = { ...body, confirmation: preview.confirmation };
  expect((await bulk(started, other)).text).toContain('not of this request');
  service.now += 601_000;
  const late = await bulk(started);
  expect(late.status).toBe(400);
  expect(late.text).toContain('601 seconds old');
});

test('the same confirmation again is the same job', async () => {
  await issue(2);
  const body = { action: 'revoke', filter: { application: 'dashboard' } };
  const { body: preview } = await bulk({ ...body, dryRun: true });
  const first = await bulk({ ...body, confirmation: preview.confirmation });
  const before = trail.all.length;
  const again = await bulk({ ...body, confirmation: preview.confirmation });
  expect(again.body).toEqual(first.body);
  expect(trail.all).toHaveLength(before);
});

test('what was issued after the dry run is not meant', async () => {
  await issue(1);
  const body = { action: 'revoke', filter: { application: 'dashboard' } };
  const { body: preview } = await bulk({ ...body, dryRun: true });
  service.now += 5000;
  const [later] = await issue(1);
  const { body: job } = await bulk({ ...body, confirmation: preview.confirmation });
  expect(job.counts.changed).toBe(1);
  expect(await statuses([later ?? ''])).toEqual(['active']);
});

test.each([
  ['a tag', { tags: { stage: 'old' } }, { tag: { name: 'stage', value: 'old' } }],
  ['a scope that a wildcard covers', { scopes: ['reports:read'] }, { scope: 'reports:read' }],
])('a filter by %s means those tokens alone', async (_, body, filter) => {
  const [kept] = await issue(1);
  const [gone] = await issue(1, body);
  const { body: job } = await confirmed({ action: 'revoke', filter });
  expect(job.counts.changed).toBe(1);
  expect(await statuses([kept ?? '', gone ?? ''])).toEqual(['active', 'revoked']);
});

test("a filter leaves administrators' tokens out unless it names their application", async () => {
  const token = (await service.invoke({ action: 'issueAdministratorToken' })) as { id: string };
  await issue(1);
  const { body } = await bulk({ action: 'revoke', filter: {}, dryRun: true });
  expect(body.count).toBe(1);
  const { body: job } = await confirmed({ action: 'revoke', filter: { application: 'gatehouse-administration' } });
  expect(job.counts.changed).toBe(1);
  expect(await statuses([token.id])).toEqual(['revoked']);
});

test("the caller's own token is skipped unless the request includes it", async () => {
  const options = await callerWith('tokens:write', 'tokens:read', 'revocations:write');
  const own = { id: options.authorizer.tokenId };
  const body = { action: 'revoke', ids: [own.id] };
  const first = await confirmed(body, options);
  expect(first.body.counts).toMatchObject({ skipped: 1, changed: 0 });
  service.now += 1000;
  const second = await confirmed({ ...body, includeCaller: true }, options);
  expect(second.body.counts).toMatchObject({ changed: 1 });
  expect(await statuses([own.id])).toEqual(['revoked']);
});

test('a caller without a role for it starts no job and sees none', async () => {
  const ids = await issue(1);
  const { body: job } = await confirmed({ action: 'disable', ids });
  const options = await callerWith('tokens:write', 'tokens:read');
  expect((await bulk({ action: 'revoke', ids, dryRun: true }, options)).status).toBe(403);
  const other = await service.request('GET', `/v1/bulk/${job.id}`, options);
  const none = await service.request('GET', '/v1/bulk/none000000000000', options);
  expect([other.status, other.body.detail]).toEqual([404, none.body.detail]);
});

test.each([
  [{ action: 'revoke' }, 'neither filter nor ids'],
  [{ action: 'revoke', ids: ['none000000000000'], filter: {} }, 'both filter and ids'],
  [{ action: 'disable', filter: {}, panic: true }, 'with the action revoke'],
  [{ action: 'revoke', ids: ['none000000000000', 'none000000000000'] }, 'each id once'],
  [{ action: 'erase', filter: {} }, 'action'],
])('%j is refused', async (body, text) => {
  const reply = await bulk({ ...body, dryRun: true });
  expect(reply.status).toBe(400);
  expect(reply.text).toContain(text);
});

test('a panic revocation refuses the application by the set before the first record is changed', async () => {
  await issue(2);
  const flushed: string[][] = [];
  service.overrides = {
    trail,
    flushAuthorizerCaches: async () => {
      flushed.push(trail.all.map(({ action }) => action).filter((action) => action === 'token.revoke'));
      return { flushed: 0, failures: [] };
    },
  };
  await confirmed({ action: 'revoke', filter: { application: 'dashboard' }, panic: true });
  const { body } = await service.request('GET', '/v1/revocations');
  expect(body.revocations).toMatchObject([{ kind: 'client', value: 'dashboard' }]);
  expect(body.revocations[0].issuedBefore).toBeDefined();
  // Once when the set had it, with no record changed yet, and once at the end.
  expect(flushed.map((list) => list.length)).toEqual([0, 2]);
});

test('a panic revocation of what no entry can mean works through the records alone', async () => {
  await issue(1, { tags: { stage: 'old' } });
  const { body } = await confirmed({ action: 'revoke', filter: { tag: { name: 'stage' } }, panic: true });
  expect(body.counts.changed).toBe(1);
  expect((await service.request('GET', '/v1/revocations')).body.revocations).toEqual([]);
});

test('results are paged in the order of the job, and the cursor is of this job alone', async () => {
  const ids = Array.from({ length: 240 }, (_, index) => `none${String(index).padStart(12, '0')}`);
  const { body: job } = await confirmed({ action: 'revoke', ids });
  const { body: another } = await confirmed({ action: 'disable', ids });
  const first = await service.request('GET', `/v1/bulk/${job.id}`);
  const cursor = first.body.nextCursor;
  const seen = [...first.body.results];
  for (let next = cursor; next !== undefined; ) {
    const { body } = await service.request('GET', `/v1/bulk/${job.id}`, { query: { cursor: next } });
    seen.push(...body.results);
    next = body.nextCursor;
  }
  expect(seen.map(({ tokenId }) => tokenId)).toEqual(ids);
  expect((await service.request('GET', `/v1/bulk/${another.id}`, { query: { cursor } })).status).toBe(400);
});

test('jobs are listed, the newest first', async () => {
  const started: string[] = [];
  for (const action of ['disable', 'enable', 'revoke']) {
    service.now += 1000;
    started.push((await confirmed({ action, ids: ['none000000000000'] })).body.id);
  }
  const first = await service.request('GET', '/v1/bulk', { query: { limit: '2' } });
  const second = await service.request('GET', '/v1/bulk', { query: { limit: '2', cursor: first.body.nextCursor } });
  const listed = [...first.body.jobs, ...second.body.jobs].map(({ id }: { id: string }) => id);
  expect(listed).toEqual([...started].reverse());
  expect(first.body.jobs[0]).toMatchObject({ action: 'revoke', status: 'done', counts: { missing: 1 } });
});
