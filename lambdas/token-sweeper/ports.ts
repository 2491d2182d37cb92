import type { Log } from '../lib/log';
import type { TrailEntry } from '../lib/trail/trail-entry';
import type { ItemStore, TrailWriter } from '../token-service/domain/ports';

/** An item whose outbox is not empty. */
export interface WaitingItem {
  readonly key: string;
  /** When its outbox got its first entry, in epoch seconds. */
  readonly since: number;
}

/** The index of full outboxes. */
export interface OutboxIndex {
  /** A page of the items with entries from before a time, in epoch seconds, the longest waiting first. It may lag behind the items by moments. */
  page(
    before: number,
    after: WaitingItem | undefined,
  ): Promise<{ readonly items: readonly WaitingItem[]; readonly next?: WaitingItem }>;
}

/** Everything outside the sweeper of outboxes. */
export interface OutboxPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly outboxes: OutboxIndex;
  readonly items: Pick<ItemStore, 'get' | 'settle'>;
  readonly trail: TrailWriter;
  /**
   * Does what has to follow from a change that broke off, before its entry leaves the outbox. It may have been done already.
   * @default - nothing follows
   */
  readonly follow?: (entry: TrailEntry) => Promise<void>;
  readonly log: Log;
}
