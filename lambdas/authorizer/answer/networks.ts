import { type AddressRange, inRange, parseCidr } from '../../lib/cidr';

/**
 * In place of an empty list, which would mean every network: the limited broadcast address (RFC 919, 7), from which
 * nothing is ever sent.
 */
export const NOWHERE: readonly string[] = ['255.255.255.255/32'];

/** Narrows the networks of a token to those of an API. */
export type Narrow = (cidrs: readonly string[]) => readonly string[];

/**
 * Makes the function that narrows networks: a token may be used from addresses that lie in one of its own networks,
 * where it has any, and in one of the API's.
 *
 * @param limits networks of the API, at least one
 * @throws {Error} when an entry is no network; the function does so for a token's
 */
export function narrowTo(limits: readonly string[]): Narrow {
  const ranges = limits.map(rangeOf);
  const own = ranges.map(({ text }) => text);
  return (cidrs) => {
    if (cidrs.length === 0) {
      return own;
    }
    // Of two networks one lies in the other, or they have no address in common.
    const common = cidrs.map(rangeOf).flatMap((one) =>
      ranges.flatMap((limit) => {
        const [wide, narrow] = one.prefix <= limit.prefix ? [one, limit] : [limit, one];
        return inRange(narrow.bytes, wide) ? [narrow.text] : [];
      }),
    );
    return common.length > 0 ? [...new Set(common)] : NOWHERE;
  };
}

function rangeOf(cidr: string): AddressRange {
  const range = parseCidr(cidr);
  if (!range) {
    throw new Error('a list of networks has an entry that is none');
  }
  return range;
}
