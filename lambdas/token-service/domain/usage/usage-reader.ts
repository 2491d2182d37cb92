import type { UsagePage } from '../../../lib/usage/pages';
import type { UsageProgress } from '../../../lib/usage/progress';
import type { UsageSummary } from '../../../lib/usage/summary';

/** What the usage aggregator has counted. Every method rejects when DynamoDB does; what was counted moments ago may be missing. */
export interface UsageReader {
  /**
   * The pages of a subject from one hour to another, both included, for example `2026-12-01T04`.
   *
   * @throws when there is more than a request may read
   */
  pages(subject: string, fromHour: string, toHour: string): Promise<readonly UsagePage[]>;
  /** Summaries by their subjects; those that there are. */
  summaries(subjects: readonly string[]): Promise<ReadonlyMap<string, UsageSummary>>;
  /** How far the counting of each access log is. */
  progress(): Promise<readonly UsageProgress[]>;
}
