import type { UsageProgress } from '../../../lib/usage/progress';
import { isoTime } from '../views';

/** How far the counting is. Times are RFC 3339; absent before the first call was counted. */
export interface CountingState {
  /** Time of the newest call that was counted: later ones are not in the numbers. */
  readonly asOf?: string | undefined;
  /** How long after a call it was counted lately, in seconds. */
  readonly lagSeconds?: number | undefined;
  /** When counting began. */
  readonly countedSince?: string | undefined;
}

/** Logs that had calls within this time before the newest one tell the lag. */
const LATELY_MS = 3_600_000;

/** The state over all access logs of a platform. */
export function countingState(progress: readonly UsageProgress[]): CountingState {
  if (progress.length === 0) {
    return {};
  }
  const newest = Math.max(...progress.map(({ newestAt }) => newestAt));
  const lately = progress.filter(({ newestAt }) => newestAt > newest - LATELY_MS);
  return {
    asOf: isoTime(Math.floor(newest / 1000)),
    lagSeconds: Math.ceil(Math.max(...lately.map(({ lagMs }) => lagMs)) / 1000),
    countedSince: isoTime(Math.floor(Math.min(...progress.map(({ since }) => since)) / 1000)),
  };
}
