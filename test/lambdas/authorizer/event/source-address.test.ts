import { addressCheck, isAddress } from '../../../../lambdas/authorizer/event/source-address';

test('without networks any address is allowed, and a missing one', () => {
  const check = addressCheck([]);
  expect(check('192.0.2.1')).toBe(true);
  expect(check(undefined)).toBe(true);
});

describe('with networks', () => {
  const check = addressCheck(['192.0.2.0/24', '2001:db8:0:0:0:0:0:0/32', '198.51.100.7/32']);
  test.each([
    ['192.0.2.0', true],
    ['192.0.2.255', true],
    ['192.0.3.0', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['::ffff:192.0.2.1', true],
    ['::ffff:c000:301', false],
    ['::192.0.2.1', false],
    ['', false],
    ['192.0.2', false],
    ['192.0.2.1 ', false],
    ['192.0.2.1, 203.0.113.1', false],
    ['2001:db8::1%eth0', false],
    [undefined, false],
  ])('%j: %s', (address, expected) => {
    expect(check(address)).toBe(expected);
  });
});

test.each(['', '192.0.2.0', '192.0.2.0/', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/1e1', 'x/8', '192.0.2.0/24/8'])(
  'the entry %j is an error, not a network',
  (cidr) => {
    expect(() => addressCheck([cidr])).toThrow();
  },
);

test('an address with a zone is none', () => {
  expect(isAddress('fe80::1')).toBe(true);
  expect(isAddress('fe80::1%eth0')).toBe(false);
});
