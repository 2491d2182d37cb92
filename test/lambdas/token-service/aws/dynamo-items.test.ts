import { MAX_OUTBOX, OUTBOX, outboxEntries } from '../../../../lambdas/lib/outbox';
import { CHAIN_START, type TrailEntry, trailEntry } from '../../../../lambdas/lib/trail/trail-entry';
import { DynamoItems } from '../../../../lambdas/token-service/aws/dynamo-items';
import type { StoredItem } from '../../../../lambdas/token-service/domain/ports';
import { startTokenTable, TABLE, type TokenTable } from '../support/token-table';

interface Thing extends StoredItem {
  readonly colour?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

let table: TokenTable;
let items: DynamoItems;
beforeEach(async () => {
  table = await startTokenTable();
  items = new DynamoItems(table.client, TABLE);
});
afterEach(() => table.close());

const THING: Thing = { pk: 'thing#1', entity: 'thing', version: 1, colour: 'red' };

function entry(id: string, at = 5000): TrailEntry {
  const object = { kind: 'token', id: '1' } as const;
  const event = { id, at, action: 'thing.paint', actor: 'somebody', object, outcome: 'done' } as const;
  return trailEntry(event, { writer: `writer-${id}`, seq: 1, previous: CHAIN_START });
}

const stored = async () => (await items.get<Thing>('thing#1')) ?? {};
const waiting = async () =>
  outboxEntries(await stored())
    .map(({ id }) => id)
    .sort();

test('an item is added once', async () => {
  expect(await items.add(THING)).toBe(true);
  expect(await items.add({ ...THING, version: 7 })).toBe(false);
  expect(await items.get('thing#1')).toEqual(THING);
});

test('a change sets and removes members over the version that was read', async () => {
  await items.add(THING);
  expect(await items.update<Thing>('thing#1', 1, { colour: undefined, tags: { constructor: 'x' } })).toEqual({
    pk: 'thing#1',
    entity: 'thing',
    version: 2,
    tags: { constructor: 'x' },
  });
  expect(await items.update<Thing>('thing#1', 1, { colour: 'blue' })).toBeUndefined();
  expect(await items.update<Thing>('thing#2', 1, { colour: 'blue' })).toBeUndefined();
});

test('names that DynamoDB reserves are ordinary members', async () => {
  await items.add(THING);
  const changes = { status: 'x', ttl: 1, consumed: true, size: 2 };
  expect(await items.update<StoredItem & typeof changes>('thing#1', 1, changes)).toMatchObject(changes);
});

test('an entry comes into the outbox with the change that it tells of, and the item into the index', async () => {
  await items.add(THING, entry('a'));
  await items.update<Thing>('thing#1', 1, { colour: 'blue' }, entry('b', 9000));
  expect(await items.update<Thing>('thing#1', 1, { colour: 'green' }, entry('c'))).toBeUndefined();
  expect(await waiting()).toEqual(['a', 'b']);
  expect(await stored()).toMatchObject({ [OUTBOX.of]: 'pending', [OUTBOX.at]: 5, [OUTBOX.count]: 2 });
  expect(outboxEntries(await stored())).toContainEqual(entry('a'));
});

test('the item leaves the index with the last entry, and keeps its version', async () => {
  await items.add(THING, entry('a'));
  await items.update<Thing>('thing#1', 1, { colour: 'blue' }, entry('b'));
  await items.settle('thing#1', entry('a'));
  expect(await waiting()).toEqual(['b']);
  expect(await stored()).toMatchObject({ [OUTBOX.of]: 'pending', [OUTBOX.count]: 1 });
  await items.settle('thing#1', entry('a'));
  expect(await waiting()).toEqual(['b']);
  await items.settle('thing#1', entry('b'));
  expect(await stored()).toEqual({ ...THING, colour: 'blue', version: 2 });
});

test('many who put entries in and take them out at the same time lose none and leave none', async () => {
  await items.add(THING);
  const ids = Array.from({ length: 40 }, (_, index) => `e${index}`);
  await Promise.all(
    ids.map(async (id) => {
      const condition = { text: 'attribute_exists(pk)' };
      expect(await items.change('thing#1', { set: [] }, condition, entry(id))).toBeDefined();
      await items.settle('thing#1', entry(id));
    }),
  );
  const left = await waiting();
  await Promise.all(left.map((id) => items.settle('thing#1', { id })));
  expect(await stored()).toEqual({ ...THING, version: 41 });
});

test('an outbox that nobody empties does not grow without end', async () => {
  await items.add(THING);
  for (let version = 1; version <= MAX_OUTBOX; version++) {
    expect(await items.update<Thing>('thing#1', version, { colour: 'blue' }, entry(`e${version}`))).toBeDefined();
  }
  expect(await items.update<Thing>('thing#1', MAX_OUTBOX + 1, {}, entry('one-more'))).toBeUndefined();
});

test('errors of DynamoDB other than a failed condition are passed on', async () => {
  const elsewhere = new DynamoItems(table.client, 'no-such-table');
  const missing = { name: 'ResourceNotFoundException' };
  await expect(elsewhere.get('x')).rejects.toMatchObject(missing);
  await expect(elsewhere.add(THING)).rejects.toMatchObject(missing);
  await expect(elsewhere.update<Thing>('x', 1, {})).rejects.toMatchObject(missing);
  await expect(elsewhere.settle('x', { id: 'a' })).rejects.toMatchObject(missing);
});
