import { entryId, type TrailPlace } from './trail-table';

/** What is wrong with a trail. */
export type TrailFault =
  /** Something says something else than what was sealed or hashed. */
  | 'edit'
  /** Something is not there between others. */
  | 'gap'
  /** Something is there that nothing sealed. */
  | 'insert'
  /** Something is not where it was. */
  | 'reorder'
  /** The end is not there. */
  | 'truncation'
  /** Two histories. */
  | 'fork'
  /** A time that cannot be. */
  | 'back-dating'
  /** It waits for its seal for too long. */
  | 'unsealed';

/** How long an entry may wait for its seal, in milliseconds: sealing runs each minute, and may have to be repeated. */
export const UNSEALED_MS = 10 * 60_000;

/** Something that is wrong, and the record at which it shows. */
export interface TrailFinding {
  readonly fault: TrailFault;
  /** Id of the entry, `<writer>-<seq>`, or `seal <number>`. */
  readonly record: string;
  /** Where it was found. */
  readonly where: 'seals' | 'batches' | 'table' | 'export';
  /** One sentence. */
  readonly text: string;
}

export function entryRecord(place: TrailPlace): string {
  return entryId(place);
}

export function sealRecord(number: number): string {
  return `seal ${number}`;
}
