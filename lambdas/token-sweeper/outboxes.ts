import { outboxEntries } from '../lib/outbox';
import type { StoredItem } from '../token-service/domain/ports';
import type { OutboxPorts, WaitingItem } from './ports';

/** What became of the outboxes in one run. */
export interface SweptOutboxes {
  /** Entries that are in the trail now and were taken out. */
  readonly swept: number;
  /** Entries that the trail refused, or could not take. */
  readonly failed: number;
  /** How long the longest waiting outbox has waited, in seconds, as the run found it; 0 when none does. */
  readonly oldestSeconds: number;
  /** Whether every outbox of the index was looked at. */
  readonly complete: boolean;
}

/** Age from which an entry is taken for left behind, in seconds: whoever made the change appends it in far less. */
export const LEFT_BEHIND_SECONDS = 15;

/** Outboxes that are emptied at the same time. */
const AT_ONCE = 8;

/**
 * Does what follows from the changes that entries in outboxes tell of, appends these to the trail, each at the place that it has, and takes them out: the
 * longest waiting first, until all are done or the time is up. What is left, or breaks off half-way, the next run does: the same entry at the same place changes nothing.
 *
 * @param until when no further outbox is begun, epoch milliseconds
 */
export async function sweepOutboxes(ports: OutboxPorts, until: number): Promise<SweptOutboxes> {
  const now = Math.floor(ports.now() / 1000);
  const before = now - LEFT_BEHIND_SECONDS;
  const done = { swept: 0, failed: 0 };
  let oldestSeconds = 0;
  let after: WaitingItem | undefined;
  do {
    const page = await ports.outboxes.page(before, after);
    const [first] = page.items;
    if (first !== undefined && after === undefined) {
      oldestSeconds = now - first.since;
    }
    for (let index = 0; index < page.items.length; index += AT_ONCE) {
      if (ports.now() >= until) {
        return { ...done, oldestSeconds, complete: false };
      }
      for (const { swept, failed } of await Promise.all(
        page.items.slice(index, index + AT_ONCE).map(({ key }) => sweepOutbox(ports, key)),
      )) {
        done.swept += swept;
        done.failed += failed;
      }
    }
    after = page.next;
  } while (after !== undefined);
  return { ...done, oldestSeconds, complete: true };
}

/** One bad entry, or an item that cannot be read, keeps no other from being swept. */
async function sweepOutbox(
  { items, trail, follow, log }: OutboxPorts,
  key: string,
): Promise<{ swept: number; failed: number }> {
  const warn = (error: unknown, action?: string) => {
    const errorName = error instanceof Error ? error.name : 'Error';
    log({ level: 'warn', evt: 'sweeper.entry-failed', fields: { itemKind: key.split('#')[0], action, errorName } });
  };
  const result = { swept: 0, failed: 0 };
  let entries: ReturnType<typeof outboxEntries>;
  try {
    entries = outboxEntries((await items.get<StoredItem>(key)) ?? {});
  } catch (error) {
    warn(error);
    return { swept: 0, failed: 1 };
  }
  for (const entry of entries.sort((a, b) => a.at - b.at || a.seq - b.seq)) {
    try {
      await follow?.(entry);
      await trail.append(entry);
      await items.settle(key, entry);
      result.swept++;
    } catch (error) {
      warn(error, entry.action);
      result.failed++;
    }
  }
  return result;
}
