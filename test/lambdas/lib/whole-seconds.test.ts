import { wholeSeconds, wholeSecondsOrNone } from '../../../lambdas/lib/whole-seconds';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_800_000_000, '2027-01-15T08:00:00Z'],
  [1_800_000_000.999, '2027-01-15T08:00:00Z'],
  [253_402_300_799, '9999-12-31T23:59:59Z'],
])('%d is %s, also when it is asked for again', (seconds, text) => {
  expect([wholeSeconds(seconds), wholeSeconds(seconds), wholeSeconds(0)]).toEqual([text, text, '1970-01-01T00:00:00Z']);
});

test.each([undefined, Number.NaN, Infinity, 8.64e12 + 1])('%p is no time', (seconds) => {
  expect(wholeSecondsOrNone(seconds)).toBeUndefined();
});

test('a time that Date does not have is an error, and is not remembered', () => {
  expect(() => wholeSeconds(8.64e12 + 1)).toThrow(RangeError);
  expect(() => wholeSeconds(8.64e12 + 1)).toThrow(RangeError);
});
