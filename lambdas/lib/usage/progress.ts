/** Key of the items that say how far the counting is, a slot for each log group. */
export const PROGRESS_SUBJECT = 'progress';

/** How far the lines of one log group are counted, an item of the usage table. Times are epoch milliseconds. */
export interface UsageProgress {
  readonly subject: typeof PROGRESS_SUBJECT;
  /** Name of the log group. */
  readonly slot: string;
  /** When the first lines were counted. */
  readonly since: number;
  /** Time of the newest request that was counted. */
  readonly newestAt: number;
  /** When lines were counted last. */
  readonly countedAt: number;
  /** How long after their newest request the last lines were counted. */
  readonly lagMs: number;
}

/** The progress that two observations make together: that of the newer request, since the earlier one. */
export function joinProgress(one: UsageProgress | undefined, other: UsageProgress): UsageProgress {
  if (one === undefined) {
    return other;
  }
  const newer = one.newestAt > other.newestAt ? one : other;
  return { ...newer, since: Math.min(one.since, other.since), countedAt: Math.max(one.countedAt, other.countedAt) };
}
