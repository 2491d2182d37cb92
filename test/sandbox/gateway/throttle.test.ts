import fc from 'fast-check';
import { type Limit, TokenBuckets } from '../../../sandbox/gateway/throttle';

function limit(rateLimit: number, burstLimit: number, key = 'k'): Limit {
  return { key, settings: { rateLimit, burstLimit } };
}

/** How many of some requests at one instant pass. */
function admitted(buckets: TokenBuckets, limits: readonly Limit[], now: number, requests = 100): number {
  return Array.from({ length: requests }, () => buckets.take(limits, now)).filter((refused) => refused === undefined)
    .length;
}

describe('token buckets', () => {
  test('a new bucket admits its burst at once', () => {
    expect(admitted(new TokenBuckets(), [limit(1, 7)], 0)).toBe(7);
  });

  test('the rate refills it, up to the burst', () => {
    const buckets = new TokenBuckets();
    admitted(buckets, [limit(2, 5)], 0);
    expect(admitted(buckets, [limit(2, 5)], 1000)).toBe(2);
    expect(admitted(buckets, [limit(2, 5)], 1500)).toBe(1);
    expect(admitted(buckets, [limit(2, 5)], 60_000)).toBe(5);
  });

  test('parts of a token add up', () => {
    const buckets = new TokenBuckets();
    admitted(buckets, [limit(1, 1)], 0);
    const passed = Array.from({ length: 10 }, (_, index) => buckets.take([limit(1, 1)], (index + 1) * 100));
    expect(passed.map((refused) => refused === undefined)).toEqual([...Array(9).fill(false), true]);
  });

  test.each([
    [0, 0],
    [0, 5],
    [5, 0],
  ])('rate %d and burst %d admit nothing', (rate, burst) => {
    const buckets = new TokenBuckets();
    expect(admitted(buckets, [limit(rate, burst)], 0)).toBe(0);
    expect(admitted(buckets, [limit(rate, burst)], 10_000)).toBe(0);
  });

  test('a clock that is set back adds nothing', () => {
    const buckets = new TokenBuckets();
    admitted(buckets, [limit(1, 2)], 10_000);
    expect(admitted(buckets, [limit(1, 2)], 0)).toBe(0);
  });

  test('the first limit without a token is named, and the others lose none', () => {
    const buckets = new TokenBuckets();
    const plan = limit(1, 3, 'plan');
    const stage = limit(1, 1, 'stage');
    expect(buckets.take([plan, stage], 0)).toBeUndefined();
    expect(buckets.take([plan, stage], 0)).toBe(stage);
    expect(buckets.take([plan, stage], 0)).toBe(stage);
    expect(admitted(buckets, [plan], 0)).toBe(2);
  });

  test('never more pass than burst + rate × time', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), steps, (rate, burst, waits) => {
        const buckets = new TokenBuckets();
        let now = 0;
        let passed = 0;
        for (const wait of waits) {
          now += wait;
          passed += admitted(buckets, [limit(rate, burst)], now, 5);
          expect(passed).toBeLessThanOrEqual(burst + (rate * now) / 1000 + 1e-3);
        }
      }),
    );
  });
});
