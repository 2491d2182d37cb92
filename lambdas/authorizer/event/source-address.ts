import { BlockList, isIP } from 'node:net';

/** Tells whether a source address, as the gateway gives it, is allowed. */
export type AddressCheck = (address: string | undefined) => boolean;

const ANYWHERE: AddressCheck = () => true;

/**
 * Check for a list of networks, IPv4 and IPv6; an empty list allows any address. IPv4-mapped IPv6 counts as the IPv4 address.
 *
 * @throws {Error} when an entry is no network
 */
export function addressCheck(cidrs: readonly string[]): AddressCheck {
  if (cidrs.length === 0) {
    return ANYWHERE;
  }
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [, network = '', prefix] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
    list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return (address) => isAddress(address) && list.check(address, familyOf(address));
}

/** Whether a text is an IPv4 or IPv6 address; one with a zone (`%eth0`) is none that a gateway sees. */
export function isAddress(text: string | undefined): text is string {
  return text !== undefined && isIP(text) !== 0 && !text.includes('%');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
