import { PARTS_PER_PAGE } from '../../../lambdas/lib/usage/pages';
import { createAggregator } from '../../../lambdas/usage-aggregator/aggregator';
import { deliveryOf, LOG_GROUP, lineOf, requestAt } from './support/lines';
import { CONFIG, MemoryTables, NOW } from './support/memory';

const TOKEN = 'AbCdEfGhIjKlMnOp';
const HOUR = '2026-12-01T11';
const BEFORE = NOW - 60_000;

let tables: MemoryTables;
beforeEach(() => {
  tables = new MemoryTables();
});

const deliver = (...messages: readonly string[]) =>
  createAggregator(
    CONFIG,
    tables.ports(),
  )(deliveryOf(messages.map((message, index) => ({ id: `event-${index}-${message.length}`, message }))));

const metricsOf = () =>
  Object.fromEntries(
    Object.entries(tables.logs.at(-1)?.metrics?.values ?? {}).map(([name, { value }]) => [name, value]),
  );

test('calls of a token count with their routes, the scopes that the routes required, and the gateway responses', async () => {
  await deliver(
    lineOf(requestAt(BEFORE)),
    lineOf(requestAt(BEFORE, { status: 429, 'error.responseType': 'THROTTLED', resourcePath: '/v1/other' })),
  );
  expect(tables.counted().get(`token#${TOKEN} ${HOUR}`)).toMatchObject({
    calls: 2,
    s2xx: 1,
    s4xx: 1,
    s429: 1,
    errors: { THROTTLED: 1 },
    routes: { 'shop GET /v1/sales': 1, 'shop GET /v1/other': 1 },
    scopes: { 'sales:read': 1 },
  });
});

test('calls without a token count for the API', async () => {
  await deliver(
    lineOf(requestAt(BEFORE, { status: 401, 'authorizer.authMethod': undefined, 'authorizer.tokenId': undefined })),
  );
  expect([...tables.counted().keys()]).toEqual([`api#shop ${HOUR}`]);
  expect(tables.counted().get(`api#shop ${HOUR}`)).toMatchObject({ calls: 1, s401: 1 });
});

test('a log group that is not known counts under the id of the REST API', async () => {
  const line = lineOf(requestAt(BEFORE, { 'authorizer.authMethod': undefined }));
  await createAggregator(CONFIG, tables.ports())(deliveryOf([{ id: 'e', message: line }], { logGroup: 'constructor' }));
  expect([...tables.counted().keys()]).toEqual([`api#abcdefghij ${HOUR}`]);
});

test('lines that cannot be read are told, and the others count', async () => {
  const line = lineOf(requestAt(BEFORE));
  await deliver(line, line.slice(0, 100), 'no JSON');
  expect(tables.counted().get(`token#${TOKEN} ${HOUR}`)?.calls).toBe(1);
  expect(metricsOf()).toMatchObject({ UsageLinesCounted: 1, UsageLinesMalformed: 2, UsageLagSeconds: 60 });
});

test('lines whose counts would be gone already are told and not counted', async () => {
  await deliver(lineOf(requestAt(NOW - 91 * 86_400_000)));
  expect(tables.pages.size).toBe(0);
  expect(metricsOf()).toMatchObject({ UsageLinesCounted: 0, UsageLinesTooOld: 1 });
});

test('a control message changes nothing', async () => {
  await createAggregator(CONFIG, tables.ports())(deliveryOf([], { messageType: 'CONTROL_MESSAGE' }));
  expect([tables.pages.size, tables.progress.size]).toEqual([0, 0]);
});

test('counts are kept for the days of the configuration', async () => {
  await deliver(lineOf(requestAt(BEFORE)));
  const [page] = tables.pages.values();
  expect(page?.purgeAt).toBe(Date.parse('2026-12-01T11:00:00Z') / 1000 + 90 * 86_400);
});

test('it says how far the counting is', async () => {
  await deliver(lineOf(requestAt(BEFORE)), lineOf(requestAt(BEFORE - 5000)));
  expect(tables.progress.get(LOG_GROUP)).toEqual({
    subject: 'progress',
    slot: LOG_GROUP,
    since: NOW,
    newestAt: BEFORE,
    countedAt: NOW,
    lagMs: 60_000,
  });
});

test('an hour of many deliveries is spread over pages, and each is still recognized', async () => {
  const count = 2 * PARTS_PER_PAGE;
  const deliveries = Array.from({ length: count }, (_, index) =>
    deliveryOf([{ id: `event-${index}`, message: lineOf(requestAt(BEFORE)) }]),
  );
  const aggregate = createAggregator(CONFIG, tables.ports());
  for (const delivery of [...deliveries, ...deliveries]) {
    await aggregate(delivery);
  }
  expect(tables.counted().get(`token#${TOKEN} ${HOUR}`)?.calls).toBe(count);
  expect(tables.pages.size).toBeGreaterThan(10);
  expect(Math.max(...[...tables.pages.values()].map(({ parts }) => parts.length))).toBe(16 * PARTS_PER_PAGE);
});

test('a part that fails does not keep the others from being counted', async () => {
  let writes = 0;
  tables.interrupt = () => {
    writes += 1;
    if (writes === 1) {
      throw new Error('throttled');
    }
  };
  const other = lineOf(requestAt(BEFORE, { 'authorizer.tokenId': 'ZZZZZZZZZZZZZZZZ' }));
  await expect(deliver(lineOf(requestAt(BEFORE)), other)).rejects.toThrow('throttled');
  expect([...tables.counted().values()].map(({ calls }) => calls)).toEqual([1]);
});

test('ten thousand calls in a minute are one write to the token', async () => {
  tables.tokens.set(TOKEN, {});
  const aggregate = createAggregator(CONFIG, tables.ports());
  for (let batch = 0; batch < 100; batch += 1) {
    const lines = Array.from({ length: 100 }, (_, index) => ({
      id: `${batch}-${index}`,
      message: lineOf(requestAt(BEFORE + batch * 600)),
    }));
    await aggregate(deliveryOf(lines));
  }
  expect(tables.tokenWrites).toBe(1);
});

test('the next write, five minutes later, takes along what waited', async () => {
  tables.tokens.set(TOKEN, {});
  const aggregate = createAggregator(CONFIG, tables.ports());
  const use = (seconds: number, generation: number) => ({
    id: `at-${seconds}`,
    message: lineOf(requestAt(BEFORE - 600_000 + seconds * 1000, { 'authorizer.secretGeneration': generation })),
  });
  for (const [seconds, generation] of [
    [0, 1],
    [10, 2],
    [200, 1],
    [311, 2],
  ] as const) {
    await aggregate(deliveryOf([use(seconds, generation)]));
  }
  const start = (BEFORE - 600_000) / 1000;
  expect(tables.tokens.get(TOKEN)).toMatchObject({
    uses: { 1: { firstAt: start, lastAt: start + 200 }, 2: { firstAt: start + 10, lastAt: start + 311 } },
    lastUsedAt: start + 311,
  });
  expect(tables.tokenWrites).toBe(3);
});
