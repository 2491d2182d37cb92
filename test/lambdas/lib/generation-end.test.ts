import { generationEnd } from '../../../lambdas/lib/generation-end';

const token = { expiresAt: 1000 };

test.each([
  ['the newest ends with the token', token, { number: 2 }, 1000],
  ['the older one with its grace', token, { number: 1, graceUntil: 500 }, 500],
  ['never after the token', token, { number: 1, graceUntil: 2000 }, 1000],
  [
    'an overlap that has not begun lasts until the hard end',
    token,
    { number: 1, graceUntil: 900, overlapSeconds: 60 },
    900,
  ],
  [
    'an overlap begins with the first use of the newer one',
    used({ 2: 300 }),
    { number: 1, graceUntil: 900, overlapSeconds: 60 },
    360,
  ],
  [
    'an overlap of nothing ends with that use',
    used({ 2: 300 }),
    { number: 1, graceUntil: 900, overlapSeconds: 0 },
    300,
  ],
  ['the hard end comes first', used({ 2: 880 }), { number: 1, graceUntil: 900, overlapSeconds: 60 }, 900],
  ['its own use begins nothing', used({ 1: 300 }), { number: 1, graceUntil: 900, overlapSeconds: 60 }, 900],
  ['numbers are compared as numbers', used({ 10: 300 }), { number: 9, graceUntil: 900, overlapSeconds: 60 }, 360],
])('%s', (_, record, generation, end) => {
  expect(generationEnd(record, generation)).toBe(end);
});

function used(firsts: Readonly<Record<string, number>>) {
  const uses = Object.entries(firsts).map(([number, firstAt]) => [number, { firstAt, lastAt: firstAt }]);
  return { ...token, uses: Object.fromEntries(uses) };
}
