import type { TrailEntry } from './trail/trail-entry';

/**
 * Outbox of an item: entries of the audit trail that tell of its changes and are not known to be in the trail yet. Each is an attribute of its own,
 * put by the conditional write that makes the change, so that those who take entries out do not disturb each other. While there is any, the item
 * is in the sparse index of full outboxes.
 */
export const OUTBOX = {
  /** Hash key of the index. */
  of: 'outboxOf',
  /** Range key of the index: when the outbox got its first entry, in epoch seconds. */
  at: 'outboxAt',
  /** How many entries there are. */
  count: 'outboxCount',
} as const;

/** The one hash key of the index of full outboxes. */
export const OUTBOX_PENDING = 'pending';

/** Most entries that may wait in an item: more would mean that the trail has been out of reach for long. */
export const MAX_OUTBOX = 100;

const PREFIX = 'outbox:';

/** Attribute that holds an entry. */
export function outboxAttribute({ id }: Pick<TrailEntry, 'id'>): string {
  return PREFIX + id;
}

/** Entries that wait in an item. */
export function outboxEntries(item: object): TrailEntry[] {
  return Object.entries(item).flatMap(([name, value]) => (name.startsWith(PREFIX) ? [value as TrailEntry] : []));
}

/** Attributes of an item whose outbox holds these entries; none where there are none. */
export function newOutbox(entries: readonly TrailEntry[]): Record<string, unknown> {
  return entries.length === 0
    ? {}
    : {
        ...Object.fromEntries(entries.map((entry) => [outboxAttribute(entry), entry])),
        [OUTBOX.of]: OUTBOX_PENDING,
        [OUTBOX.at]: Math.floor(Math.min(...entries.map(({ at }) => at)) / 1000),
        [OUTBOX.count]: entries.length,
      };
}
