import * as fc from 'fast-check';
import { LATENCY_BOUNDS_MS, latencyClass, latencyQuantile } from '../../../../lambdas/lib/usage/latency';

const histogramOf = (latencies: readonly number[]): Record<string, number> => {
  const histogram: Record<string, number> = {};
  for (const latency of latencies) {
    histogram[latencyClass(latency)] = (histogram[latencyClass(latency)] ?? 0) + 1;
  }
  return histogram;
};

test('a latency is in the first class whose bound it does not exceed', () => {
  expect([0, 5, 6, 30_000, 30_001].map(latencyClass)).toEqual(['0', '0', '1', '21', '22']);
});

test('without calls there is no quantile', () => {
  expect(latencyQuantile({}, 0.5)).toBeUndefined();
});

test('a quantile is in the class of the call of that rank', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 50 }),
      fc.constantFrom(0.5, 0.95),
      (latencies, quantile) => {
        const exact = [...latencies].sort((a, b) => a - b)[Math.ceil(quantile * latencies.length) - 1] ?? 0;
        const index = Number(latencyClass(exact));
        const estimate = latencyQuantile(histogramOf(latencies), quantile) ?? Number.NaN;
        expect(estimate).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[index] ?? 0);
        expect(estimate).toBeGreaterThanOrEqual(LATENCY_BOUNDS_MS[index - 1] ?? 0);
      },
    ),
  );
});
