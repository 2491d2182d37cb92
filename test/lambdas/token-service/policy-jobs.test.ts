import { createSweeper } from '../../../lambdas/token-sweeper/sweeper';
import { enforced } from './support/enforced';
import { Harness, NOW } from './support/harness';
import { MemoryTrail } from './support/memory-trail';

let service: Harness;
let trail: MemoryTrail;
beforeEach(async () => {
  service = await Harness.start();
  trail = new MemoryTrail();
  service.overrides = { trail };
  await service.request('POST', '/v1/teams', { body: { team: 'web' } });
});
afterEach(() => service.close());

const changePolicy = (policy: object, team = 'web') =>
  service.request('PATCH', `/v1/teams/${team}`, { body: { policy } });
const issue = (body: object = {}) => service.issue({ application: 'shop', team: 'web', ...body });
const shown = async (id: string) => (await service.request('GET', `/v1/tokens/${id}`)).body;

async function sweep(minutes = 2): Promise<void> {
  service.now += minutes * 60_000;
  const outboxes = { page: async () => ({ items: [] }) };
  await createSweeper(service.config, { ...service.ports, outboxes })();
}

describe('policy of a team', () => {
  test('a tighter one blocks the tokens that break it, and no other', async () => {
    const { body: broken } = await issue({ scopes: ['reports:read'] });
    const { body: kept } = await issue({ scopes: ['sales:read'] });
    const { body: foreign } = await service.issue({ scopes: ['reports:read'] });
    const { status, body } = await changePolicy({ allowedScopes: ['sales:*'] });
    expect(status).toBe(200);
    expect(await enforced(service, broken.token)).toBe('blocked');
    expect(await shown(broken.id)).toMatchObject({ status: 'blocked', blocked: { reasons: ['allowed-scopes'] } });
    expect(await enforced(service, kept.token)).toBe(1);
    expect(await enforced(service, foreign.token)).toBe(1);
    const job = await service.request('GET', `/v1/bulk/${body.policyJob}`);
    expect(job.body).toMatchObject({ action: 'apply-policy', status: 'done', counts: { changed: 1, unchanged: 1 } });
  });

  test('a looser one lets them in again, with the same secret', async () => {
    const { body: token } = await issue({ scopes: ['reports:read'] });
    await changePolicy({ allowedScopes: ['sales:*'] });
    await changePolicy({});
    expect(await enforced(service, token.token)).toBe(1);
    expect(await shown(token.id)).not.toHaveProperty('blocked');
    expect(trail.told).toEqual(expect.arrayContaining([`token.block ${token.id}`, `token.unblock ${token.id}`]));
  });

  test('each change is told on behalf of whoever changed the policy', async () => {
    const { body: token } = await issue({ scopes: ['reports:read'] });
    await changePolicy({ allowedScopes: ['sales:*'] });
    const entry = trail.all.find(({ action }) => action === 'token.block');
    expect(entry).toMatchObject({ object: { id: token.id }, onBehalfOf: expect.stringContaining('administratorAAA') });
  });

  test('what a crash leaves of it the sweeper does', async () => {
    const { body: token } = await issue({ scopes: ['reports:read'] });
    const { store } = service;
    const dying = Object.assign(Object.create(store), { updateToken: () => Promise.reject(new Error('dead')) });
    service.overrides = { trail, store: dying };
    expect((await changePolicy({ allowedScopes: ['sales:*'] })).status).toBe(200);
    expect(await enforced(service, token.token)).toBe(1);
    service.overrides = { trail };
    await sweep();
    expect(await enforced(service, token.token)).toBe('blocked');
  });

  test('a change of something else judges nothing', async () => {
    const { body } = await service.request('PATCH', '/v1/teams/web', { body: { description: 'd' } });
    expect(body).not.toHaveProperty('policyJob');
    expect(trail.told.filter((text) => text.startsWith('bulk'))).toEqual([]);
  });
});

describe('policy of the platform', () => {
  const tighten = (allowedScopes: string[]) => {
    service.config = { ...service.config, policy: { allowedScopes } };
  };

  test('a tighter one that was deployed blocks within a run of the sweeper, in every team', async () => {
    const { body: one } = await issue({ scopes: ['reports:read'] });
    const { body: other } = await service.issue({ scopes: ['reports:read'] });
    const { body: kept } = await service.issue();
    await sweep();
    expect(await enforced(service, one.token)).toBe(1);
    tighten(['sales:*']);
    await sweep();
    expect(await enforced(service, one.token)).toBe('blocked');
    expect(await enforced(service, other.token)).toBe('blocked');
    expect(await enforced(service, kept.token)).toBe(1);
    expect(trail.all.find(({ action }) => action === 'token.block')).toMatchObject({ onBehalfOf: 'platform' });
  });

  test('is judged by once for each change, also back and forth', async () => {
    const { body: token } = await issue({ scopes: ['reports:read'] });
    const started = () => trail.all.filter(({ action }) => action === 'bulk.start').length;
    await sweep();
    await sweep();
    expect(started()).toBe(0);
    tighten(['sales:*']);
    await sweep();
    await sweep();
    expect(started()).toBe(1);
    tighten(['*']);
    await sweep();
    expect(await enforced(service, token.token)).toBe(1);
    tighten(['sales:*']);
    await sweep();
    expect(await enforced(service, token.token)).toBe('blocked');
    expect(started()).toBe(3);
  });

  test('a change whose first run died before it was noted starts one job', async () => {
    const { body: token } = await issue({ scopes: ['reports:read'] });
    await sweep();
    tighten(['sales:*']);
    const { items } = service.ports;
    const dying = Object.assign(Object.create(items), { update: () => Promise.reject(new Error('dead')) });
    service.overrides = { trail, items: dying };
    await expect(sweep()).rejects.toThrow('dead');
    service.overrides = { trail };
    await sweep();
    expect(await enforced(service, token.token)).toBe('blocked');
    expect(trail.all.filter(({ action }) => action === 'bulk.start')).toHaveLength(1);
  });

  test("administrators' tokens are never blocked", async () => {
    const { token } = (await service.invoke({ action: 'issueAdministratorToken' })) as { token: string };
    await sweep();
    tighten(['sales:*']);
    service.now = NOW + 240_000;
    await sweep();
    expect(await enforced(service, token)).toBe(1);
  });
});
