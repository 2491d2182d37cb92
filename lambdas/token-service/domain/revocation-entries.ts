import { createHash } from 'node:crypto';
import { entriesOf, type RevocationEntry, type RevocationItem } from '../../lib/revocation';

/** Entries that have not run out. */
export function entriesInForce(item: RevocationItem | undefined, now: number): RevocationEntry[] {
  return item === undefined ? [] : entriesOf(item).filter(({ until }) => until > now);
}

/**
 * Name of an entry among those of the item, by what it means: a request that comes twice, at the same time too, is one entry.
 * A hash, because a name of an attribute is no place for text from outside.
 */
export function entryKey({ kind, value, issuer, issuedBefore }: RevocationEntry): string {
  const text = JSON.stringify([kind, value, issuer ?? null, issuedBefore ?? null]);
  return `e${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}
