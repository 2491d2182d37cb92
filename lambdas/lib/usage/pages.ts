import { addCounters, type Counters, NO_CALLS } from './counters';
import { DIGEST_LENGTH, hourStart, type UsagePart } from './parts';

/** Names of the table's keys: whose calls, and which hour and page of it. */
export const USAGE_TABLE_KEYS = { hash: 'subject', range: 'slot' } as const;

/** Attribute of the table's time to live. */
export const USAGE_TTL_ATTRIBUTE = 'purgeAt';

/** Parts that one page takes: 8 KB of digests, for a write costs by the size of the whole item. */
export const PARTS_PER_PAGE = 512;

/**
 * What is counted of a subject in an hour, an item of the usage table. It takes each part in one write, with the part's digest, so that a part which
 * comes again is recognized.
 *
 * A page that has all the parts that it can take never changes again, and the next pages are told apart by the first character of the digest, then
 * by the first two, and so on: where a part belongs depends on its digest alone, and whoever looks for it meets the page that has it.
 */
export interface UsagePage {
  readonly subject: string;
  /** `<hour>`, then `<hour>#<first characters of the digest>`. */
  readonly slot: string;
  /** Digests of the parts, one after the other. */
  readonly parts: string;
  readonly counters: Counters;
  /** Optimistic lock. */
  readonly version: number;
  /** DynamoDB time to live, epoch seconds. */
  readonly purgeAt: number;
}

/** Page of a part at a depth; 0 is the first page of the hour. */
export function slotOf({ hour, digest }: UsagePart, depth: number): string {
  return depth === 0 ? hour : `${hour}#${digest.slice(0, depth)}`;
}

/** Hour of a page. */
export function hourOfSlot(slot: string): string {
  return slot.slice(0, 13);
}

/** Whether the page has counted the part. */
export function hasPart({ parts }: UsagePage, digest: string): boolean {
  for (let start = 0; start < parts.length; start += DIGEST_LENGTH) {
    if (parts.startsWith(digest, start)) {
      return true;
    }
  }
  return false;
}

/** Whether the page takes no more parts. */
export function isFull({ parts }: UsagePage): boolean {
  return parts.length >= PARTS_PER_PAGE * DIGEST_LENGTH;
}

/** The page with one part more. */
export function withPart(page: UsagePage | undefined, part: UsagePart, slot: string, retentionDays: number): UsagePage {
  const { parts = '', counters = NO_CALLS, version = 0 } = page ?? {};
  return {
    subject: part.subject,
    slot,
    parts: parts + part.digest,
    counters: addCounters(counters, part.counters),
    version: version + 1,
    purgeAt: hourStart(part.hour) + retentionDays * 86_400,
  };
}
