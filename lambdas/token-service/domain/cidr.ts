import { parseAddress, parseCidr } from '../../lib/cidr';

/** What {@link readNetwork} accepts, for error messages. */
export const NETWORK_EXPECTED =
  'an IPv4 or IPv6 network such as "203.0.113.0/24" or "2001:db8::/32", with a prefix of at least 1 and no bits set behind it';

/**
 * Reads a network that a token may be used from, and gives it in its canonical form; `undefined` when it is none.
 *
 * Stricter than the reader at request time: a prefix of 0 is refused because it allows everybody, a missing prefix and
 * bits behind the prefix because they show that something else was meant.
 */
export function readNetwork(text: string): string | undefined {
  const [address = '', prefix] = text.split('/');
  const range = prefix === undefined ? undefined : parseCidr(text);
  const bytes = parseAddress(address);
  if (!range || !bytes || range.text.endsWith('/0')) {
    return undefined;
  }
  return range.bytes.every((byte, index) => byte === bytes[index]) ? range.text : undefined;
}
