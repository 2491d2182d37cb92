import type { ApplicationRecord } from '../../../lambdas/lib/token-record';
import type { TokenStore } from '../../../lambdas/token-service/domain/ports';
import { backoffMs } from '../../../lambdas/token-service/domain/retry';
import { Harness } from './support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const revoke = (value: string) => service.request('POST', '/v1/revocations', { body: { kind: 'jti', value } });
const list = async () => (await service.request('GET', '/v1/revocations')).body.revocations as { value: string }[];
const count = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;

/** A store whose conditional write is refused a number of times, as if somebody else had been there before. */
function refusing<N extends keyof TokenStore>(name: N, times: number): TokenStore {
  const { store } = service;
  const refusal = name === 'updateApplication' ? undefined : false;
  let left = times;
  const write = (store[name] as (...input: unknown[]) => Promise<unknown>).bind(store);
  return Object.assign(Object.create(store), {
    [name]: async (...input: unknown[]) => (left-- > 0 ? refusal : write(...input)),
  });
}

describe('revocations', () => {
  test('of 200 at once all stand', async () => {
    const values = Array.from({ length: 200 }, (_, index) => `jti-${index}`);
    const replies = await Promise.all(values.map(revoke));
    expect(service.events('token-service.error')).toEqual([]);
    expect(
      count(
        replies.map(({ status }) => status),
        201,
      ),
    ).toBe(200);
    expect((await list()).map(({ value }) => value).sort()).toEqual(values.sort());
  }, 60_000);

  test('the same one 50 times at once is one entry', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => revoke('jti-1')));
    expect(replies.every(({ status }) => status === 200 || status === 201)).toBe(true);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(await list()).toHaveLength(1);
  }, 60_000);

  test('and takings back at the same time do not lose each other', async () => {
    const old = await Promise.all(Array.from({ length: 30 }, (_, index) => revoke(`old-${index}`)));
    const takings = old.map(({ body }) => service.request('DELETE', `/v1/revocations/${body.id}`));
    const replies = await Promise.all([
      ...takings,
      ...Array.from({ length: 30 }, (_, index) => revoke(`new-${index}`)),
    ]);
    expect(replies.every(({ status }) => status < 300)).toBe(true);
    expect((await list()).every(({ value }) => value.startsWith('new-'))).toBe(true);
    expect(await list()).toHaveLength(30);
  }, 60_000);

  test.each([1, 3, 7])('a write that is refused %i times is tried again', async (times) => {
    service.overrides = { store: refusing('putRevocation', times), wait: async () => {} };
    expect((await revoke('jti-1')).status).toBe(201);
    expect(await list()).toHaveLength(1);
  });

  test('a write that is always refused is given up', async () => {
    const waits: number[] = [];
    service.overrides = {
      store: refusing('putRevocation', Number.POSITIVE_INFINITY),
      wait: async (ms) => void waits.push(ms),
      random: () => 1,
    };
    expect((await revoke('jti-1')).status).toBe(500);
    expect(waits).toEqual([20, 40, 80, 160, 320, 640, 1000, 1000]);
  });

  test('of before, in a list, are kept when one is added or taken back', async () => {
    const entry = { kind: 'sub' as const, value: 'user-1', until: 4_000_000_000, createdAt: 1, createdBy: 'x' };
    const entries = [
      { ...entry, id: 'AAAAAAAAAAAAAAA1' },
      { ...entry, id: 'AAAAAAAAAAAAAAA2', value: 'user-2' },
    ];
    await service.store.replaceRevocations({ pk: 'revocations', entity: 'revocations', entries, version: 1 });
    await revoke('jti-1');
    expect((await list()).map(({ value }) => value).sort()).toEqual(['jti-1', 'user-1', 'user-2']);
    expect((await service.request('DELETE', '/v1/revocations/AAAAAAAAAAAAAAA1')).status).toBe(204);
    expect((await list()).map(({ value }) => value).sort()).toEqual(['jti-1', 'user-2']);
  });
});

describe('a burst for one new application', () => {
  test('of 40 tokens makes one key, and asks API Gateway for it once', async () => {
    const body = { name: 'x', application: 'burst', scopes: ['sales:read'], tier: 'gold' };
    const replies = await Promise.all(Array.from({ length: 40 }, () => service.issue(body)));
    expect(
      count(
        replies.map(({ status }) => status),
        201,
      ),
    ).toBe(40);
    expect(service.gateway.keys).toHaveLength(1);
    const stored = await Promise.all(replies.map((reply) => service.storedToken(reply.body.id)));
    expect(new Set(stored.map(({ usageKey }) => usageKey)).size).toBe(1);
  }, 60_000);

  test('of tokens and their revocations leaves every one revoked', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => service.issue({ scopes: ['tokens:write'] })));
    const revoked = await Promise.all(
      replies.flatMap(({ body }) => [
        service.request('POST', `/v1/tokens/${body.id}/revoke`),
        service.request('POST', `/v1/tokens/${body.id}/revoke`),
      ]),
    );
    expect(
      count(
        revoked.map(({ status }) => status),
        200,
      ),
    ).toBe(40);
    expect(await list()).toHaveLength(20);
  }, 60_000);

  test('goes on when whoever was making the key has died', async () => {
    const record: ApplicationRecord = {
      pk: 'application#burst',
      entity: 'application',
      application: 'burst',
      tier: 'gold',
      pendingUsageKey: 'k'.repeat(40),
      createdAt: 1,
      version: 1,
    };
    await service.store.addApplication(record);
    service.overrides = { wait: async () => {} };
    const { status } = await service.issue({ application: 'burst', tier: 'gold' });
    expect(status).toBe(201);
    expect(service.gateway.keys.map(({ value }) => value)).toEqual(['k'.repeat(40)]);
  });

  test.each([1, 4, 7])('a record that others change %i times meanwhile is registered', async (times) => {
    service.overrides = { store: refusing('updateApplication', times), wait: async () => {} };
    const reply = await service.request('PUT', '/v1/applications/partner', { body: { tier: 'free' } });
    expect(reply.status).toBe(201);
  });
});

test('waiting times double up to a second, and are spread by chance', () => {
  expect([0, 1, 2, 3, 10].map((attempt) => backoffMs(attempt, 1))).toEqual([20, 40, 80, 160, 1000]);
  expect(backoffMs(3, 0)).toBe(0);
  expect(backoffMs(3, 0.5)).toBe(80);
});
