/** What canonical JSON can say here: no number but integers, so that no writer and reader round differently. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [name: string]: CanonicalValue | undefined };

/**
 * The one text of a value (RFC 8785, JSON Canonicalization Scheme): members in the order of their UTF-16 code units, no white space, texts and
 * integers as ECMAScript writes them. Members that are `undefined` are left out.
 *
 * @throws {Error} for a number that is no safe integer, and for text with half of a surrogate pair, which no UTF-8 can hold
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new Error(`number ${value} has no canonical form here, expected a safe integer`);
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    throw new Error('text has half of a surrogate pair, expected whole characters');
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  const members = Object.entries(value as Readonly<Record<string, CanonicalValue | undefined>>)
    .filter((member): member is [string, CanonicalValue] => member[1] !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
