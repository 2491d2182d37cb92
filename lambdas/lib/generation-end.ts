import type { ShownSecret, TokenRecord } from './token-record';

/**
 * When a secret generation ends, in epoch seconds: with the token; with its grace where it is the older generation; and, where its overlap
 * begins with the first use of a newer one, that many seconds after this use. Whoever decides by it or shows it asks here.
 */
export function generationEnd(
  { expiresAt, uses = {} }: Pick<TokenRecord, 'expiresAt' | 'uses'>,
  { number, graceUntil = expiresAt, overlapSeconds }: Pick<ShownSecret, 'number' | 'graceUntil' | 'overlapSeconds'>,
): number {
  const end = Math.min(expiresAt, graceUntil);
  if (overlapSeconds === undefined) {
    return end;
  }
  const newer = Object.entries(uses).filter(([name]) => Number(name) > number);
  return Math.min(end, ...newer.map(([, { firstAt }]) => firstAt + overlapSeconds));
}
