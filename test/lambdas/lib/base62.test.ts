import { encodeBase62, randomBase62 } from '../../../lambdas/lib/base62';

test('random text has the wanted length and characters', () => {
  expect(randomBase62(1000)).toMatch(/^[0-9A-Za-z]{1000}$/);
});

test('every character is as likely as any other', () => {
  const counts = new Map<string, number>();
  for (const character of randomBase62(620_000)) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  // Mean 10,000 and standard deviation 99: without rejection the first eight characters have 12,109, 21 deviations more.
  expect(counts.size).toBe(62);
  for (const count of counts.values()) {
    expect(Math.abs(count - 10_000)).toBeLessThan(8 * 99);
  }
});

test.each([
  [0, '000000'],
  [61, '00000z'],
  [62, '000010'],
  [0xffffffff, '4gfFC3'],
])('%d is %s', (value, text) => {
  expect(encodeBase62(value, 6)).toBe(text);
});
