import { isIPv4, isIPv6 } from 'node:net';

/** An address range: the first `prefix` of 128 bits are fixed. IPv4 is held as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2). */
export interface AddressRange {
  readonly bytes: readonly number[];
  readonly prefix: number;
  /** Text as IAM conditions take it; IPv6 with all eight groups. */
  readonly text: string;
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const MAPPED_BITS = 96;

/** The 16 bytes of an IPv4 or IPv6 address; `undefined` when it is neither, or has a zone (`%eth0`). */
export function parseAddress(text: string): readonly number[] | undefined {
  if (isIPv4(text)) {
    return [...MAPPED_PREFIX, ...text.split('.').map(Number)];
  }
  if (!isIPv6(text) || text.includes('%')) {
    return undefined;
  }
  // The last 32 bits may be written as IPv4.
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [a * 256 + +b, c * 256 + +d].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups = [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/**
 * Reads an address range (`192.0.2.0/24`, `2001:db8::/32`, or a single address). An IPv4-mapped IPv6 range of at least 96
 * bits becomes the IPv4 range it stands for. Bits after the prefix are set to zero.
 *
 * @returns `undefined` when the text is no address range
 */
export function parseCidr(text: string): AddressRange | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const bytes = parseAddress(address);
  if (!bytes || rest.length > 0 || (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length))) {
    return undefined;
  }
  const family = isIPv4(address) ? MAPPED_BITS : 0;
  const prefix = length === undefined ? 128 : Number(length) + family;
  if (prefix > 128) {
    return undefined;
  }
  const network = bytes.map((byte, index) => byte & mask(prefix - index * 8));
  return { bytes: network, prefix, text: formatRange(network, prefix) };
}

/** Whether an address, as its 16 bytes, lies in a range. */
export function inRange(address: readonly number[], range: AddressRange): boolean {
  return range.bytes.every((byte, index) => ((address[index] ?? 0) & mask(range.prefix - index * 8)) === byte);
}

/** Mask of a byte of which the first `bits` count. */
function mask(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff00 >> bits) & 0xff;
}

function formatRange(bytes: readonly number[], prefix: number): string {
  if (prefix >= MAPPED_BITS && MAPPED_PREFIX.every((byte, index) => bytes[index] === byte)) {
    return `${bytes.slice(12).join('.')}/${prefix - MAPPED_BITS}`;
  }
  const groups: string[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  }
  return `${groups.join(':')}/${prefix}`;
}
