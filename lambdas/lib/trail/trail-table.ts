import { type CanonicalValue, canonicalJson } from './canonical-json';
import type { TrailEntry, TrailObject } from './trail-entry';

/** Value of `unsealed` of an entry that no seal has yet; afterwards the attribute is gone. */
export const UNSEALED = 'yes';

/** An entry as an item of the trail table. `unsealed` and `leaf` are the sealer's; all other attributes are written once. */
export interface TrailItem {
  readonly writer: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** UTC, `2026-12`. */
  readonly month: string;
  /** `<kind>#<id>` */
  readonly object: string;
  readonly team?: string;
  readonly hash: string;
  /** The entry as canonical JSON: the bytes of its leaf. */
  readonly entry: string;
  readonly unsealed?: typeof UNSEALED;
  /** Number of its leaf in the tree, from 0, once it is sealed. */
  readonly leaf?: number;
}

/** Where an entry is: its chain and its place there. */
export type TrailPlace = Pick<TrailEntry, 'writer' | 'seq'>;

/** The canonical JSON of an entry: the bytes that its leaf is the hash of. */
export function entryText(entry: TrailEntry): string {
  return canonicalJson(entry as unknown as CanonicalValue);
}

/** The item of an entry that is appended. */
export function trailItem(entry: TrailEntry): TrailItem {
  return { ...placedAttributes(entry), hash: entry.hash, entry: entryText(entry), unsealed: UNSEALED };
}

/** The attributes by which an entry is found. They repeat what the entry says, and have to agree with it. */
export function placedAttributes(
  entry: TrailEntry,
): Pick<TrailItem, 'writer' | 'seq' | 'at' | 'month' | 'object' | 'team'> {
  const { writer, seq, at, object, team } = entry;
  return { writer, seq, at, month: monthOf(at), object: objectKey(object), ...(team === undefined ? {} : { team }) };
}

export function objectKey({ kind, id }: TrailObject): string {
  return `${kind}#${id}`;
}

/** Month of a time, in UTC: `2026-12`. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

const ENTRY_ID = /^([0-9A-Za-z]{16})-([1-9][0-9]{0,14})$/;

/** The id of an entry: `<writer>-<seq>`. */
export function entryId({ writer, seq }: TrailPlace): string {
  return `${writer}-${seq}`;
}

/** The place that an id names; `undefined` for a text that is none. */
export function parseEntryId(text: string): TrailPlace | undefined {
  const [, writer, seq] = ENTRY_ID.exec(text) ?? [];
  return writer === undefined ? undefined : { writer, seq: Number(seq) };
}
