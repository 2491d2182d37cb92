import { BlockList } from 'node:net';
import fc from 'fast-check';
import { inRange, parseAddress, parseCidr } from '../../../lambdas/lib/cidr';

test.each([
  ['192.0.2.0/24', '192.0.2.0/24'],
  ['192.0.2.77/24', '192.0.2.0/24'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8::/32', '2001:db8:0:0:0:0:0:0/32'],
  ['::1', '0:0:0:0:0:0:0:1/128'],
  ['::/0', '0:0:0:0:0:0:0:0/0'],
  ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
  ['::ffff:c000:200/120', '192.0.2.0/24'],
  ['::ffff:0:0/80', '0:0:0:0:0:0:0:0/80'],
  ['64:ff9b::192.0.2.33/128', '64:ff9b:0:0:0:0:c000:221/128'],
])('%s is %s', (text, canonical) => {
  expect(parseCidr(text)?.text).toBe(canonical);
});

test.each([
  '',
  '/',
  '192.0.2.0/',
  '192.0.2.0/33',
  '192.0.2.0/-1',
  '192.0.2.0/08',
  '192.0.2/24',
  '192.0.2.0/24/1',
  '::/129',
  'fe80::1%eth0/64',
  '1.2.3.4.5',
  '010.0.0.1',
  'example.com',
  ' 192.0.2.0/24',
])('%j is none', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test('agrees with node:net about what lies in a range', () => {
  const v4 = fc.ipV4().map((address) => ({ address, family: 'ipv4' as const, bits: 32 }));
  const v6 = fc.ipV6().map((address) => ({ address, family: 'ipv6' as const, bits: 128 }));
  const base = fc.oneof(v4, v6);
  fc.assert(
    fc.property(base, fc.nat(128), base, fc.boolean(), (network, length, other, same) => {
      const prefix = Math.min(length, network.bits);
      const candidate = same ? network : other;
      const list = new BlockList();
      list.addSubnet(network.address, prefix, network.family);
      const range = parseCidr(`${network.address}/${prefix}`);
      const address = parseAddress(candidate.address);
      if (!range || !address) {
        throw new Error(`not read: ${network.address}/${prefix} or ${candidate.address}`);
      }
      // node:net treats an IPv4 address as outside of every IPv6 range that is not an IPv4-mapped one.
      fc.pre(network.family === candidate.family);
      expect(inRange(address, range)).toBe(list.check(candidate.address, candidate.family));
    }),
    { numRuns: 1000 },
  );
});

test('an IPv4-mapped address is the IPv4 address', () => {
  expect(parseAddress('::ffff:192.0.2.1')).toEqual(parseAddress('192.0.2.1'));
});
