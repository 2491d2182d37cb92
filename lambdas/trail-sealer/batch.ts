import { CHAIN_START, entryHash, type TrailEntry } from '../lib/trail/trail-entry';
import { entryId, entryText, type TrailItem, type TrailPlace, UNSEALED } from '../lib/trail/trail-table';

/** What may be sealed next, and what is wrong. */
export interface Selection {
  /** In the order of their leaves: chain by chain, each in its order. */
  readonly entries: readonly TrailEntry[];
  /** Entries that do not fit their chain, a sentence each. They are never sealed. */
  readonly damaged: readonly string[];
}

/** The places before those given that tell whether a chain goes on: its entry before the first one given. */
export function predecessorsOf(places: readonly TrailPlace[]): TrailPlace[] {
  const firsts = new Map<string, number>();
  for (const { writer, seq } of places) {
    firsts.set(writer, Math.min(seq, firsts.get(writer) ?? seq));
  }
  return [...firsts].flatMap(([writer, seq]) => (seq === 1 ? [] : [{ writer, seq: seq - 1 }]));
}

/**
 * Selects what goes on where the chains were sealed last. An entry whose predecessor has not arrived waits: it lies in an outbox.
 *
 * @param items entries that may be sealed, and the predecessors of their chains
 * @param limits most entries, and most bytes of their texts
 */
export function selectBatch(
  items: readonly TrailItem[],
  limits: { readonly entries: number; readonly bytes: number },
): Selection {
  const chains = new Map<string, TrailItem[]>();
  for (const item of items) {
    chains.set(item.writer, [...(chains.get(item.writer) ?? []), item]);
  }
  const entries: TrailEntry[] = [];
  const damaged: string[] = [];
  let bytes = 0;
  for (const writer of [...chains.keys()].sort()) {
    const chain = [...(chains.get(writer) ?? [])].sort((one, other) => one.seq - other.seq);
    let end = { seq: 0, hash: CHAIN_START };
    for (const item of chain) {
      if (item.unsealed !== UNSEALED) {
        end = item;
        continue;
      }
      if (item.seq !== end.seq + 1) {
        break;
      }
      const fault = faultOf(item, end.hash);
      if (fault !== undefined) {
        damaged.push(`entry ${entryId(item)} ${fault}`);
        break;
      }
      bytes += Buffer.byteLength(item.entry) + 1;
      if (entries.length === limits.entries || bytes > limits.bytes) {
        return { entries, damaged };
      }
      entries.push(JSON.parse(item.entry) as TrailEntry);
      end = item;
    }
  }
  return { entries, damaged };
}

function faultOf(item: TrailItem, previous: string): string | undefined {
  let entry: TrailEntry;
  try {
    entry = JSON.parse(item.entry) as TrailEntry;
    if (entryText(entry) !== item.entry) {
      return 'is no canonical JSON';
    }
  } catch {
    return 'is no canonical JSON';
  }
  if (entry.hash !== item.hash || entryHash(entry) !== item.hash) {
    return 'does not have the hash of what it says';
  }
  if (entry.writer !== item.writer || entry.seq !== item.seq) {
    return 'says that it is at another place';
  }
  return entry.previous === previous ? undefined : 'does not follow the entry before it';
}

/** The object that holds a batch: a line for each entry. */
export function writeBatch(entries: readonly TrailEntry[]): string {
  return entries.map((entry) => `${entryText(entry)}\n`).join('');
}

/** @throws {Error} for a text that is no batch */
export function readBatch(text: string): TrailEntry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TrailEntry);
}
