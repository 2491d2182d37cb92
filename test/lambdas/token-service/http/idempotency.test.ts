import { outboxEntries } from '../../../../lambdas/lib/outbox';
import type { StoredItem } from '../../../../lambdas/token-service/domain/ports';
import { contextOfToken } from '../support/callers';
import { Harness, type Reply, VALID } from '../support/harness';
import { MemoryTrail } from '../support/memory-trail';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const keyed = (key = 'k-1') => ({ headers: { 'Idempotency-Key': key } });
const issue = (key = 'k-1', body: object = {}) => service.issue(body, keyed(key));
const rotate = (id: string, body: object = {}, key = 'k-1') =>
  service.request('POST', `/v1/tokens/${id}/rotate`, { body, ...keyed(key) });
const items = async (entity: string) => (await service.table.items()).filter((item) => item.entity === entity);
const replayed = ({ headers }: Reply) => headers['idempotent-replayed'];
const later = (seconds: number) => {
  service.now += seconds * 1000;
};

/** Lets the function die at one of its writes: before or after DynamoDB has done it. */
function dying(at: number, when: 'before' | 'after') {
  let writes = 0;
  const { items: table, store } = service.ports;
  const mortal = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const member = Reflect.get(object, name);
        if (typeof member !== 'function' || !/^(add|update|revoke|settle)/.test(String(name))) {
          return typeof member === 'function' ? member.bind(object) : member;
        }
        return async (...input: unknown[]) => {
          writes += 1;
          if (writes > at || (writes === at && when === 'before')) {
            throw new Error('dead');
          }
          const result = await member.apply(object, input);
          if (writes === at) {
            throw new Error('dead');
          }
          return result;
        };
      },
    });
  service.overrides = { ...service.overrides, items: mortal(table), store: mortal(store) };
}

function reborn() {
  const { items: _, store: __, ...rest } = service.overrides;
  service.overrides = rest;
}

test('a repeated issue gets the first answer once more, without the token', async () => {
  const first = await issue();
  const second = await issue();
  expect([first.status, replayed(first)]).toEqual([201, undefined]);
  expect([second.status, replayed(second)]).toEqual([201, 'true']);
  const { token, ...rest } = first.body;
  expect(token).toMatch(/^acme_test_/);
  expect(second.body).toEqual(rest);
  expect(second.headers).toMatchObject({ location: first.headers.location, etag: first.headers.etag });
  expect(await items('token')).toHaveLength(1);
});

test('neither the token nor the key is in the table', async () => {
  const { body } = await issue('my-very-own-key');
  const text = JSON.stringify(await service.table.items());
  expect(text).not.toContain('my-very-own-key');
  expect(text).not.toContain(body.token);
  expect(text).not.toContain(body.token.slice(26, 58));
});

test('the same key with another request is refused', async () => {
  await issue();
  const { status, body } = await issue('k-1', { name: 'another' });
  expect([status, body.type]).toEqual([409, 'urn:gatehouse:problem:idempotency-key-reused']);
});

test.each(['', 'a b', 'é', 'x'.repeat(256)])('the key %j is refused', async (key) => {
  const { status, body } = await issue(key);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ parameter: 'idempotency-key' })]]);
});

test('keys are those of one caller and one route', async () => {
  const { body } = await issue();
  const record = await service.storedToken((await service.issue({ scopes: ['tokens:write', 'sales:read'] })).body.id);
  const other = await service.issue({}, { ...keyed(), authorizer: contextOfToken(record) });
  expect([other.status, replayed(other)]).toEqual([201, undefined]);
  expect(replayed(await rotate(body.id))).toBeUndefined();
});

test('two at once make one token; whoever comes meanwhile is told when to come again', async () => {
  const replies = await Promise.all(Array.from({ length: 10 }, () => issue()));
  const done = replies.filter(({ status, headers }) => status === 201 && headers['idempotent-replayed'] === undefined);
  expect(done).toHaveLength(1);
  for (const reply of replies.filter((one) => one.status !== 201)) {
    expect([reply.status, reply.body.type]).toEqual([409, 'urn:gatehouse:problem:request-running']);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(await items('token')).toHaveLength(1);
});

test('a day later the key is free, also where DynamoDB has not deleted it', async () => {
  const first = await issue();
  later(86_400);
  const second = await issue();
  expect([second.status, replayed(second)]).toEqual([201, undefined]);
  expect(second.body.id).not.toBe(first.body.id);
});

test('a refused request is judged again', async () => {
  expect((await issue('k-1', { team: 'red' })).status).toBe(400);
  await service.addTeams('red');
  expect((await issue('k-1', { team: 'red' })).status).toBe(201);
});

test('a repeated rotation makes no other secret', async () => {
  const { body: issued } = await service.issue();
  const first = await rotate(issued.id, { overlapSeconds: 0 });
  const second = await rotate(issued.id, { overlapSeconds: 0 });
  expect([first.body.token === undefined, second.body.token, replayed(second)]).toEqual([false, undefined, 'true']);
  expect((await service.storedToken(issued.id)).generations).toHaveLength(2);
});

describe('the function dies', () => {
  const moments = [1, 2, 3, 4].flatMap((at) => (['before', 'after'] as const).map((when) => [when, at] as const));

  test.each(moments)('%s its write %i of an issue: the repeat makes no second token', async (when, at) => {
    service.overrides = { trail: new MemoryTrail() };
    dying(at, when);
    const dead = await issue();
    reborn();
    later(31);
    const { status, body } = await issue();
    expect(status).toBe(201);
    const tokens = await items('token');
    expect(tokens.map(({ id }) => id)).toEqual([body.id]);
    // The token is shown in one answer at most, and where none showed it the answer says so.
    expect([dead, await issue()].filter((reply) => reply.body.token !== undefined).length).toBeLessThanOrEqual(1);
    const told = [...tokens.flatMap(outboxEntries), ...(service.overrides.trail as MemoryTrail).all];
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  });

  test.each(moments)('%s its write %i of a rotation: the repeat makes no third secret', async (when, at) => {
    const { body: issued } = await service.issue();
    dying(at, when);
    await rotate(issued.id, { overlapSeconds: 0 });
    reborn();
    later(31);
    const { status } = await rotate(issued.id, { overlapSeconds: 0 });
    expect(status).toBe(200);
    expect((await service.storedToken(issued.id)).generations.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('after a rotation, and the token gets another secret: the repeat is told, and makes none', async () => {
    const { body: issued } = await service.issue();
    dying(2, 'after');
    await rotate(issued.id, { replaceNewest: true });
    reborn();
    later(31);
    for (const key of ['k-2', 'k-3']) {
      expect((await rotate(issued.id, { replaceNewest: true }, key)).status).toBe(200);
    }
    const { status, body } = await rotate(issued.id, { replaceNewest: true });
    expect([status, body.detail]).toEqual([409, expect.stringContaining('generation 4')]);
  });
});

test('a write whose answer was lost, and which the client repeats, counts as done', async () => {
  service.overrides = { trail: new MemoryTrail() };
  const { items: table } = service.ports;
  const item: StoredItem = { pk: 'token#AAAAAAAAAAAAAAA1', entity: 'token', version: 1 };
  const { body } = await service.issue(VALID);
  const entry = (service.overrides.trail as MemoryTrail).all.find(({ object }) => object.id === body.id);
  if (entry === undefined) {
    throw new Error('no entry of the issue');
  }
  expect(await table.add(item, entry)).toBe(true);
  expect(await table.add(item, entry)).toBe(true);
  expect(await table.add(item)).toBe(false);
});
