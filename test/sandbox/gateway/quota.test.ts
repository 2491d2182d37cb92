import { periodStart, QuotaCounters } from '../../../sandbox/gateway/quota';

const WEDNESDAY = Date.UTC(2026, 0, 14, 12);
const DAY = 86_400_000;

/** How many of ten requests pass. */
function admitted(
  counters: QuotaCounters,
  now: number,
  quota: Parameters<QuotaCounters['take']>[1],
  key = 'k',
): number {
  return Array.from({ length: 10 }, () => counters.take(key, quota, now)).filter((left) => left !== undefined).length;
}

describe('quotas', () => {
  test.each([
    ['DAY', '2026-01-14T00:00:00.000Z'],
    ['WEEK', '2026-01-11T00:00:00.000Z'],
    ['MONTH', '2026-01-01T00:00:00.000Z'],
  ] as const)('a %s begins at %s', (period, begin) => {
    expect(new Date(periodStart(period, WEDNESDAY)).toISOString()).toBe(begin);
  });

  test('the limit holds within a period and is new in the next', () => {
    const counters = new QuotaCounters();
    const quota = { limit: 3, offset: 0, period: 'DAY' } as const;
    expect(admitted(counters, WEDNESDAY, quota)).toBe(3);
    expect(admitted(counters, WEDNESDAY + DAY / 2 - 1, quota)).toBe(0);
    expect(admitted(counters, WEDNESDAY + DAY / 2, quota)).toBe(3);
  });

  test('the offset is taken off the first period only', () => {
    const counters = new QuotaCounters();
    const quota = { limit: 5, offset: 2, period: 'DAY' } as const;
    expect(admitted(counters, WEDNESDAY, quota)).toBe(3);
    expect(admitted(counters, WEDNESDAY + DAY, quota)).toBe(5);
  });

  test('keys are counted one by one', () => {
    const counters = new QuotaCounters();
    const quota = { limit: 1, offset: 0, period: 'MONTH' } as const;
    expect(admitted(counters, WEDNESDAY, quota, 'a')).toBe(1);
    expect(admitted(counters, WEDNESDAY, quota, 'b')).toBe(1);
  });
});
