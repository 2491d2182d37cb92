import fc from 'fast-check';
import { commonExample, includes, overlaps } from '../../../audit/change/patterns';

const alphabet = { caseless: true, wildcards: true };
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 7 });

test('a common example is matched by both patterns, and there is one just where they overlap', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const text = commonExample(one, other, alphabet);
      expect(text !== undefined).toBe(overlaps(one, other, alphabet));
      if (text !== undefined) {
        expect(text).not.toMatch(/[*?]/);
        expect([includes(one, text, alphabet), includes(other, text, alphabet)]).toEqual([true, true]);
      }
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['*', 'x', 'x'],
  ['x', '*', 'x'],
  ['x', 'y', undefined],
])('of %s and %s without wildcards', (one, other, expected) => {
  expect(commonExample(one, other, { caseless: false, wildcards: false })).toBe(expected);
});
