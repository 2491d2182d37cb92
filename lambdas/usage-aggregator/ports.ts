import type { Log } from '../lib/log';
import type { UsagePage } from '../lib/usage/pages';
import type { UsageProgress } from '../lib/usage/progress';
import type { UsageSummary } from '../lib/usage/summary';
import type { GenerationUse, GenerationUses } from '../lib/usage/uses';

/** The usage table. Reads are strongly consistent; each write is one conditional write of one item. */
export interface UsageStore {
  getPage(subject: string, slot: string): Promise<UsagePage | undefined>;
  /** Writes the page of version `page.version` over the one before; `false` when another writer was first. */
  putPage(page: UsagePage): Promise<boolean>;
  getSummary(subject: string): Promise<UsageSummary | undefined>;
  /** As {@link putPage}. */
  putSummary(summary: UsageSummary): Promise<boolean>;
  getProgress(logGroup: string): Promise<UsageProgress | undefined>;
  /** Writes the progress over the one that was read; `false` when another writer was first. */
  putProgress(progress: UsageProgress, over: UsageProgress | undefined): Promise<boolean>;
}

/** What the aggregator knows and writes of a token: these two attributes alone. Times are epoch seconds. */
export interface TokenUse {
  /** Absent until the first use. */
  readonly uses?: GenerationUses;
  readonly lastUsedAt?: number;
}

/** The token table, as far as the aggregator may touch it. */
export interface TokenUses {
  /** `undefined` when there is no such token. */
  read(tokenId: string): Promise<TokenUse | undefined>;
  /**
   * Writes the uses of these generations and the time of the last use, over what was read. `false` when another writer was first, or there is no
   * such token any more: none is ever made.
   */
  write(
    tokenId: string,
    change: { readonly uses: Readonly<Record<string, GenerationUse>>; readonly lastUsedAt: number },
    over: TokenUse,
  ): Promise<boolean>;
}

/** Everything outside the aggregator. */
export interface AggregatorPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly usage: UsageStore;
  /** @default - no token learns of its last use */
  readonly tokens?: TokenUses | undefined;
  readonly log: Log;
  /** Waits, in milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** From 0 to 1, to tell those apart who wait. */
  readonly random: () => number;
}
