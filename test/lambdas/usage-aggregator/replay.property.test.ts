import * as fc from 'fast-check';
import { createAggregator } from '../../../lambdas/usage-aggregator/aggregator';
import { deliveryOf, lineOf, requestAt } from './support/lines';
import { CONFIG, MemoryTables, NOW } from './support/memory';

const TOKENS = ['AAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBB'] as const;
const HOUR_MS = 3_600_000;

interface Call {
  readonly id: string;
  readonly at: number;
  readonly tokenId: string | undefined;
  readonly generation: number;
  readonly status: number;
  readonly latency: number;
}

const call = fc.record({
  at: fc.integer({ min: NOW - 3 * HOUR_MS, max: NOW }),
  tokenId: fc.constantFrom(...TOKENS, undefined),
  generation: fc.constantFrom(1, 2),
  status: fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 429, 500, 502),
  latency: fc.integer({ min: 0, max: 40_000 }),
});

/** Calls, how they are cut into deliveries, the order of the deliveries with repeats, and where attempts break off. */
const history = fc
  .array(call, { minLength: 1, maxLength: 30 })
  .map((calls) => calls.map((one, index): Call => ({ ...one, id: `event-${index}` })))
  .chain((calls) =>
    fc.record({
      calls: fc.constant(calls),
      batchOf: fc.array(fc.nat({ max: 7 }), { minLength: calls.length, maxLength: calls.length }),
      repeats: fc.array(fc.nat({ max: 7 }), { maxLength: 12 }),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
      breaks: fc.array(fc.nat({ max: 9 }), { maxLength: 12 }),
    }),
  );

function messageOf({ at, tokenId, generation, status, latency }: Call): string {
  const caller =
    tokenId === undefined
      ? {
          'authorizer.tokenId': undefined,
          'authorizer.authMethod': undefined,
          'authorizer.secretGeneration': undefined,
        }
      : { 'authorizer.tokenId': tokenId, 'authorizer.secretGeneration': generation };
  return lineOf(requestAt(at, { status, responseLatency: latency, ...caller }));
}

/** The counts as somebody would make them who reads every line once. */
function replay(calls: readonly Call[]): Map<string, Record<string, number>> {
  const counts = new Map<string, Record<string, number>>();
  for (const { at, tokenId, status } of calls) {
    const key = `${tokenId === undefined ? 'api#shop' : `token#${tokenId}`} ${new Date(at).toISOString().slice(0, 13)}`;
    const count = counts.get(key) ?? { calls: 0, s2xx: 0, s3xx: 0, s4xx: 0, s401: 0, s403: 0, s429: 0, s5xx: 0 };
    counts.set(key, count);
    for (const name of ['calls', `s${String(status)[0]}xx`, `s${status}`]) {
      if (name in count) {
        count[name] = (count[name] ?? 0) + 1;
      }
    }
  }
  return counts;
}

/** Runs a history; an attempt that breaks off is repeated in a new execution environment, as Lambda does. */
async function run(tables: MemoryTables, { calls, batchOf, repeats, order, breaks }: HistoryOf): Promise<void> {
  const deliveries = order.map((batch) =>
    deliveryOf(
      calls.filter((_, index) => batchOf[index] === batch).map((one) => ({ id: one.id, message: messageOf(one) })),
    ),
  );
  const places = [...breaks];
  for (const delivery of [...deliveries, ...repeats.map((index) => deliveries[index])]) {
    for (let done = false; !done; ) {
      let left = places.shift() ?? Number.POSITIVE_INFINITY;
      tables.interrupt = () => {
        left -= 1;
        if (left < 0) {
          throw new Error('the execution environment ended here');
        }
      };
      done = await createAggregator(
        CONFIG,
        tables.ports(),
      )(delivery).then(
        () => true,
        () => false,
      );
    }
  }
}

type HistoryOf = typeof history extends fc.Arbitrary<infer T> ? T : never;

const totals = (tables: MemoryTables) =>
  new Map(
    [...tables.counted()].map(([key, { calls, s2xx, s3xx, s4xx, s401, s403, s429, s5xx }]) => [
      key,
      { calls, s2xx, s3xx, s4xx, s401, s403, s429, s5xx },
    ]),
  );

test('whatever is delivered again, late, out of order or after a crash between any two writes: the counters are those of the distinct lines', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (one) => {
      const tables = new MemoryTables();
      await run(tables, one);
      expect(totals(tables)).toEqual(replay(one.calls));
    }),
    { numRuns: 150 },
  );
});

test('histogram, errors, routes and scopes have every call once', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (one) => {
      const tables = new MemoryTables();
      await run(tables, one);
      const sum = (values: Readonly<Record<string, number>>) => Object.values(values).reduce((a, b) => a + b, 0);
      for (const [key, { calls, latency, routes, scopes }] of tables.counted()) {
        expect([sum(latency), sum(routes)]).toEqual([calls, calls]);
        expect(scopes).toEqual({ 'sales:read': calls });
        expect(routes).toEqual({ 'shop GET /v1/sales': calls });
        expect(key).toContain(' 2026-');
      }
    }),
    { numRuns: 100 },
  );
});

test('a token has the first use of each generation exactly, its last use within five minutes, and no token is made', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (one) => {
      const tables = new MemoryTables();
      const [known] = TOKENS;
      tables.tokens.set(known, {});
      await run(tables, one);
      const own = one.calls.filter(({ tokenId }) => tokenId === known);
      const seconds = (calls: readonly Call[]) => calls.map(({ at }) => Math.floor(at / 1000));
      const { uses = {}, lastUsedAt } = tables.tokens.get(known) ?? {};
      for (const generation of [1, 2]) {
        const times = seconds(own.filter((call) => call.generation === generation));
        expect(uses[generation]?.firstAt).toBe(times.length === 0 ? undefined : Math.min(...times));
      }
      if (own.length > 0) {
        const newest = Math.max(...seconds(own));
        expect(lastUsedAt).toBeGreaterThan(newest - 300);
        expect(lastUsedAt).toBeLessThanOrEqual(newest);
      }
      expect([...tables.tokens.keys()]).toEqual([known]);
    }),
    { numRuns: 200 },
  );
});
