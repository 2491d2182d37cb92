import type { UsagePlan } from './model';

type Quota = NonNullable<UsagePlan['quota']>;

const DAY_MS = 86_400_000;

/**
 * Requests per usage key, plan and period. Periods are calendar days, weeks from Sunday, and months, in UTC. A request
 * is counted when nothing else of the plan stopped it.
 */
export class QuotaCounters {
  private readonly counters = new Map<string, { period: number; used: number }>();

  /** Counts one request and returns what is left; `undefined` when the quota is used up. `offset` requests of the first period are taken off. */
  take(key: string, quota: Quota, now: number): number | undefined {
    const period = periodStart(quota.period, now);
    const known = this.counters.get(key);
    // Only the very first period of a key begins with the offset.
    const counter =
      known?.period === period
        ? known
        : { period, used: known === undefined ? Math.min(quota.offset, quota.limit) : 0 };
    this.counters.set(key, counter);
    if (counter.used >= quota.limit) {
      return undefined;
    }
    counter.used += 1;
    return quota.limit - counter.used;
  }
}

/** Epoch milliseconds at which the running period began. */
export function periodStart(period: Quota['period'], now: number): number {
  const date = new Date(now);
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  if (period === 'DAY') {
    return midnight;
  }
  if (period === 'WEEK') {
    return midnight - date.getUTCDay() * DAY_MS;
  }
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
