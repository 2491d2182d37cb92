import { canonicalJson } from './canonical-json';
import { entryRecord, type TrailFault } from './findings';
import { leafHash } from './merkle';
import type { SealedLeaf } from './seal';
import type { TrailEntry } from './trail-entry';
import { entryId, type TrailPlace } from './trail-table';

/** An entry as it was read: the text of its leaf, and what it says. */
export interface ReadEntry {
  readonly entry: TrailEntry;
  /** Hash of the leaf, hexadecimal. */
  readonly leaf: string;
}

/** What differs, and at which record. */
export type Difference = readonly [fault: TrailFault, record: string, text: string];

/**
 * Reads one line of a batch.
 *
 * @returns undefined for a line that is no entry
 */
export function readEntry(value: unknown): ReadEntry | undefined {
  const entry = value as TrailEntry | null;
  if (typeof entry !== 'object' || typeof entry?.writer !== 'string' || !Number.isSafeInteger(entry.seq)) {
    return undefined;
  }
  try {
    return { entry, leaf: leafHash(canonicalJson(entry as never)).toString('hex') };
  } catch {
    return undefined;
  }
}

/**
 * Compares entries with the leaves that were sealed, in their order. Each difference names the record: the entry that says something else, that is
 * missing, that was moved, or that is too many.
 *
 * @param isLast whether nothing was sealed after these leaves, so that what is missing at their end is called a truncation
 */
export function compareWithLeaves(
  entries: readonly ReadEntry[],
  leaves: readonly SealedLeaf[],
  isLast: boolean,
): Difference[] {
  const differences: Difference[] = [];
  const expected = new Map(leaves.map((leaf, index) => [leaf.hash, index]));
  const places = new Map(leaves.map((leaf, index) => [entryId(leaf), index]));
  const found = new Set<number>();
  let furthest = -1;
  for (const { entry, leaf } of entries) {
    const record = entryRecord(entry);
    const index = expected.get(leaf);
    if (index === undefined) {
      const place = places.get(record);
      differences.push(
        place === undefined
          ? ['insert', record, 'no seal has this entry']
          : ['edit', record, 'it says something else than what was sealed'],
      );
      if (place !== undefined) {
        found.add(place);
        furthest = Math.max(furthest, place);
      }
      continue;
    }
    if (found.has(index)) {
      differences.push(['insert', record, 'it is there a second time']);
      continue;
    }
    found.add(index);
    if (index < furthest) {
      differences.push(['reorder', record, 'it comes after entries that were sealed after it']);
    }
    furthest = Math.max(furthest, index);
  }
  for (const [index, leaf] of leaves.entries()) {
    if (!found.has(index)) {
      differences.push(
        isLast && index > furthest
          ? ['truncation', entryRecord(leaf), 'it was sealed, and the trail ends before it']
          : ['gap', entryRecord(leaf), 'it was sealed, and is missing'],
      );
    }
  }
  return differences;
}

/** End of a chain so far. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
}

/** How far the clock of a writer may be put back, in milliseconds. */
const CLOCK_STEP_MS = 5000;

/** Compares an entry with the one before it in its chain. */
export function compareWithChain(
  { writer, seq, previous, at }: TrailPlace & Pick<TrailEntry, 'previous' | 'at'>,
  head: ChainHead | undefined,
  start: string,
): Difference[] {
  const record = entryRecord({ writer, seq });
  const { seq: before = 0, hash = start, at: earlier = 0 } = head ?? {};
  const differences: Difference[] = [];
  if (seq > before + 1) {
    differences.push(['gap', entryRecord({ writer, seq: before + 1 }), `entry ${record} comes next in its chain`]);
  } else if (seq <= before) {
    differences.push(['fork', record, `its chain has gone on to ${before} already`]);
  } else if (previous !== hash) {
    differences.push(['fork', record, 'it does not follow the entry before it in its chain']);
  }
  if (at < earlier - CLOCK_STEP_MS) {
    differences.push(['back-dating', record, 'it says that it happened before the entry before it in its chain']);
  }
  return differences;
}
