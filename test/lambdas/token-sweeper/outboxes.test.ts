import type { LogEntry } from '../../../lambdas/lib/log';
import { outboxEntries } from '../../../lambdas/lib/outbox';
import { CHAIN_START, type TrailEntry, trailEntry } from '../../../lambdas/lib/trail/trail-entry';
import { DynamoItems } from '../../../lambdas/token-service/aws/dynamo-items';
import { DynamoOutboxIndex } from '../../../lambdas/token-sweeper/aws/outbox-index';
import { LEFT_BEHIND_SECONDS, sweepOutboxes } from '../../../lambdas/token-sweeper/outboxes';
import { MemoryTrail } from '../token-service/support/memory-trail';
import { startTokenTable, TABLE, type TokenTable } from '../token-service/support/token-table';

let table: TokenTable;
let items: DynamoItems;
let trail: MemoryTrail;
let logs: LogEntry[];
/** Epoch seconds. */
let now: number;

beforeEach(async () => {
  table = await startTokenTable();
  items = new DynamoItems(table.client, TABLE);
  trail = new MemoryTrail();
  logs = [];
  now = 10_000;
});
afterEach(() => table.close());

const sweep = (until = Number.POSITIVE_INFINITY) =>
  sweepOutboxes(
    {
      now: () => now * 1000,
      outboxes: new DynamoOutboxIndex(table.client, TABLE),
      items,
      trail,
      log: (entry) => logs.push(entry),
    },
    until,
  );

/** An entry of a chain of its own; `at` in epoch seconds. */
function entry(id: string, at: number): TrailEntry {
  const object = { kind: 'token', id } as const;
  const event = { id, at: at * 1000, action: 'token.issue', actor: 'somebody', object, outcome: 'done' } as const;
  return trailEntry(event, { writer: `writer-${id}`, seq: 1, previous: CHAIN_START });
}

const leave = (id: string, at: number) => items.add({ pk: `token#${id}`, entity: 'thing', version: 1 }, entry(id, at));
const waiting = async () => (await table.items()).flatMap(outboxEntries).map(({ id }) => id);

test('what was left behind comes into the trail as it is, and leaves the outbox and the index', async () => {
  await leave('a', now - 60);
  expect(await sweep()).toEqual({ swept: 1, failed: 0, oldestSeconds: 60, complete: true });
  expect(trail.all).toEqual([entry('a', now - 60)]);
  expect(await table.items()).toEqual([{ pk: 'token#a', entity: 'thing', version: 1 }]);
  expect(await sweep()).toEqual({ swept: 0, failed: 0, oldestSeconds: 0, complete: true });
});

test('whoever has just made a change is left to append its entry', async () => {
  await leave('a', now - LEFT_BEHIND_SECONDS + 1);
  expect(await sweep()).toMatchObject({ swept: 0, oldestSeconds: 0 });
  now += 1;
  expect(await sweep()).toMatchObject({ swept: 1 });
});

test('an entry that the trail has already is taken out, and told once', async () => {
  await leave('a', now - 60);
  await trail.append(entry('a', now - 60));
  expect(await sweep()).toMatchObject({ swept: 1 });
  expect(trail.all).toHaveLength(1);
  expect(await waiting()).toEqual([]);
});

test('all entries of an item are swept in the order of their time', async () => {
  await leave('a', now - 60);
  for (const [index, id] of ['b', 'c'].entries()) {
    await items.update('token#a', index + 1, {}, entry(id, now - 50 + index));
  }
  expect(await sweep()).toMatchObject({ swept: 3 });
  expect(trail.all.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test('an entry whose place in the trail another has stays, is told, and keeps no other', async () => {
  await leave('a', now - 90);
  await leave('b', now - 60);
  await trail.append(trailEntry({ ...entry('x', 1), id: 'x' }, { writer: 'writer-a', seq: 1, previous: CHAIN_START }));
  expect(await sweep()).toEqual({ swept: 1, failed: 1, oldestSeconds: 90, complete: true });
  expect(await waiting()).toEqual(['a']);
  expect(logs).toMatchObject([{ level: 'warn', evt: 'sweeper.entry-failed', fields: { itemKind: 'token' } }]);
  expect(JSON.stringify(logs)).not.toContain('token#a');
});

test('a run ends with its time, the oldest first, and the next one does the rest', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `e${String(index).padStart(3, '0')}`);
  await Promise.all(ids.map((id, index) => leave(id, now - 1000 + index)));
  trail.beforeAppend = async () => {
    now += 1;
  };
  const start = now;
  const first = await sweep((start + 130) * 1000);
  expect(first.complete).toBe(false);
  const swept = trail.all.map(({ id }) => id).sort();
  expect(swept).toEqual(ids.slice(0, swept.length));
  const second = await sweep();
  expect(second.complete).toBe(true);
  expect(first.swept + second.swept).toBe(250);
  expect(await waiting()).toEqual([]);
});

test('while the trail is out of reach nothing is lost', async () => {
  await leave('a', now - 60);
  trail.beforeAppend = async () => {
    throw new Error('unreachable');
  };
  expect(await sweep()).toMatchObject({ swept: 0, failed: 1 });
  expect(await waiting()).toEqual(['a']);
});
