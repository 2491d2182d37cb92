import type { ThrottleSettings } from './model';

export interface Limit {
  /** What the bucket is for; equal keys share one bucket. */
  readonly key: string;
  readonly settings: ThrottleSettings;
}

interface Bucket {
  tokens: number;
  /** Epoch milliseconds of the last refill. */
  at: number;
}

/**
 * Token buckets: the rate refills, the burst is the capacity, a new bucket is full. Exact, where API Gateway is best
 * effort.
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /**
   * Takes one token of every bucket, or of none.
   *
   * @returns the first limit, in the order given, that has no token left; `undefined` when the request may pass
   */
  take(limits: readonly Limit[], now: number): Limit | undefined {
    const buckets = limits.map((limit) => this.refill(limit, now));
    const empty = buckets.findIndex((bucket) => bucket.tokens < 1);
    if (empty >= 0) {
      return limits[empty];
    }
    for (const bucket of buckets) {
      bucket.tokens -= 1;
    }
    return undefined;
  }

  private refill({ key, settings }: Limit, now: number): Bucket {
    const { rateLimit, burstLimit } = settings;
    const known = this.buckets.get(key);
    if (known === undefined) {
      // A rate of 0 admits nothing, whatever the burst.
      const bucket = { tokens: rateLimit > 0 ? burstLimit : 0, at: now };
      this.buckets.set(key, bucket);
      return bucket;
    }
    // A clock that was set back adds nothing.
    const seconds = Math.max(0, now - known.at) / 1000;
    // Rounded to millionths of a token, so that ten tenths make one.
    known.tokens = Math.min(burstLimit, Math.round((known.tokens + seconds * rateLimit) * 1e6) / 1e6);
    known.at = now;
    return known;
  }
}
