import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { addCounters, NO_CALLS } from '../../../lambdas/lib/usage/counters';
import type { UsagePage } from '../../../lambdas/lib/usage/pages';
import { createAggregator } from '../../../lambdas/usage-aggregator/aggregator';
import { TABLE } from '../token-service/support/token-table';
import { startUsageTables, type UsageTables } from './support/dynamo';
import { deliveryOf, lineOf, requestAt } from './support/lines';
import { CONFIG, NOW } from './support/memory';

const TOKEN = 'AbCdEfGhIjKlMnOp';
const KEY = { pk: `token#${TOKEN}` };
const START = NOW - 3_000_000;

let tables: UsageTables;
beforeEach(async () => {
  tables = await startUsageTables();
});
afterEach(() => tables.close());

/** Ten lines, a second after the other, in turn with one secret and the other. */
const delivery = (number: number) =>
  deliveryOf(
    Array.from({ length: 10 }, (_, index) => ({
      id: `${number}-${index}`,
      message: lineOf(
        requestAt(START + (number * 10 + index) * 1000, { 'authorizer.secretGeneration': 1 + (index % 2) }),
      ),
    })),
  );

const pages = async () =>
  (await tables.usageItems()).filter(({ slot }) => /^\d{4}-/.test(String(slot))) as unknown as UsagePage[];

test('aggregators that work side by side on the same deliveries count each line once', async () => {
  await tables.tokens.client.send(new PutCommand({ TableName: TABLE, Item: { ...KEY, entity: 'token' } }));
  const aggregators = [1, 2, 3].map(() => createAggregator(CONFIG, tables.ports()));
  const numbers = Array.from({ length: 12 }, (_, number) => number);
  await Promise.all(
    aggregators.map(async (aggregate, offset) => {
      for (const number of numbers) {
        await aggregate(delivery((number + 4 * offset) % numbers.length));
      }
    }),
  );
  const sum = (await pages()).map(({ counters }) => counters).reduce(addCounters, NO_CALLS);
  expect(sum).toMatchObject({ calls: 120, s2xx: 120, latency: { 5: 120 }, scopes: { 'sales:read': 120 } });
  expect(sum.uses).toMatchObject({
    1: { firstAt: START, lastAt: START + 118_000 },
    2: { firstAt: START + 1000, lastAt: START + 119_000 },
  });
  const { Item } = await tables.tokens.client.send(
    new GetCommand({ TableName: TABLE, Key: KEY, ConsistentRead: true }),
  );
  expect(Item).toMatchObject({
    entity: 'token',
    uses: { 1: { firstAt: START / 1000 }, 2: { firstAt: START / 1000 + 1 } },
  });
});

test('the record of a token keeps what others write, and no record is made', async () => {
  await tables.tokens.client.send(new PutCommand({ TableName: TABLE, Item: { ...KEY, entity: 'token', version: 7 } }));
  const stranger = lineOf(requestAt(START, { 'authorizer.tokenId': 'ZZZZZZZZZZZZZZZZ' }));
  const aggregate = createAggregator(CONFIG, tables.ports());
  await aggregate(
    deliveryOf([
      { id: 'one', message: lineOf(requestAt(START)) },
      { id: 'two', message: stranger },
    ]),
  );
  expect(await tables.tokens.items()).toEqual([
    {
      ...KEY,
      entity: 'token',
      version: 7,
      lastUsedAt: START / 1000,
      uses: { 1: { firstAt: START / 1000, lastAt: START / 1000, address: '192.0.2.7', userAgent: 'curl/8.5.0' } },
    },
  ]);
});

test('a generation whose use others wrote in between is joined, not overwritten', async () => {
  await tables.tokens.client.send(new PutCommand({ TableName: TABLE, Item: { ...KEY, entity: 'token' } }));
  const ports = tables.ports();
  const read = await ports.tokens?.read(TOKEN);
  const use = { firstAt: 5, lastAt: 5 };
  expect(await ports.tokens?.write(TOKEN, { uses: { 1: use }, lastUsedAt: 5 }, read ?? {})).toBe(true);
  expect(await ports.tokens?.write(TOKEN, { uses: { 2: use }, lastUsedAt: 5 }, read ?? {})).toBe(false);
  const again = await ports.tokens?.read(TOKEN);
  expect(await ports.tokens?.write(TOKEN, { uses: { 2: use }, lastUsedAt: 5 }, again ?? {})).toBe(true);
  expect(await ports.tokens?.write(TOKEN, { uses: { 1: { ...use, firstAt: 4 } }, lastUsedAt: 5 }, again ?? {})).toBe(
    true,
  );
  expect(await ports.tokens?.read(TOKEN)).toMatchObject({
    uses: { 1: { firstAt: 4, lastAt: 5 }, 2: use },
    lastUsedAt: 5,
  });
});

test('of a token that is rotated again and again the uses of the last five generations are kept', async () => {
  await tables.tokens.client.send(new PutCommand({ TableName: TABLE, Item: { ...KEY, entity: 'token' } }));
  const aggregate = createAggregator(CONFIG, tables.ports());
  for (let generation = 1; generation <= 8; generation += 1) {
    const context = requestAt(START + generation * 1000, { 'authorizer.secretGeneration': generation });
    await aggregate(deliveryOf([{ id: `generation-${generation}`, message: lineOf(context) }]));
  }
  const { uses = {} } = (await tables.ports().tokens?.read(TOKEN)) ?? {};
  expect(Object.keys(uses).sort()).toEqual(['4', '5', '6', '7', '8']);
});
