/**
 * Upper bounds of the classes of the latency histogram, in milliseconds; what takes longer than the last is in one more class. API Gateway
 * ends a request after 29 seconds unless an account was given more.
 */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 15_000, 30_000,
];

/** Calls by class of latency; the key is the class's number in {@link LATENCY_BOUNDS_MS}. Classes without calls are left out. */
export type LatencyHistogram = Readonly<Record<string, number>>;

/** Class of a latency, in milliseconds. */
export function latencyClass(milliseconds: number): string {
  const index = LATENCY_BOUNDS_MS.findIndex((bound) => milliseconds <= bound);
  return String(index === -1 ? LATENCY_BOUNDS_MS.length : index);
}

/**
 * Latency below which this part of the calls stayed, in milliseconds, interpolated within its class; `undefined` without calls. Of the last
 * class, which has no upper bound, the lower bound is said.
 *
 * @param quantile for example 0.95
 */
export function latencyQuantile(histogram: LatencyHistogram, quantile: number): number | undefined {
  const total = Object.values(histogram).reduce((sum, calls) => sum + calls, 0);
  if (total === 0) {
    return undefined;
  }
  const rank = quantile * total;
  let before = 0;
  for (const [index, bound] of LATENCY_BOUNDS_MS.entries()) {
    const calls = histogram[String(index)] ?? 0;
    if (calls > 0 && before + calls >= rank) {
      const lower = LATENCY_BOUNDS_MS[index - 1] ?? 0;
      return lower + (bound - lower) * ((rank - before) / calls);
    }
    before += calls;
  }
  return LATENCY_BOUNDS_MS.at(-1);
}
