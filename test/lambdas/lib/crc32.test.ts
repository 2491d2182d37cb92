import fc from 'fast-check';
import { crc32 } from '../../../lambdas/lib/crc32';

test('has the check value of the algorithm', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
});

test('looks at the first characters only, where told', () => {
  expect(crc32('123456789abc', 9)).toBe(0xcbf43926);
});

test('agrees with a bitwise division', () => {
  const bitwise = (text: string) => {
    let value = 0xffffffff;
    for (const byte of Buffer.from(text)) {
      value ^= byte;
      for (let bit = 0; bit < 8; bit++) {
        value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
      }
    }
    return ~value >>> 0;
  };
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => expect(crc32(text)).toBe(bitwise(text))));
});

test('tells single changed characters apart', () => {
  const text = '0123456789abcdef'.repeat(4);
  const changed = [...text].map((_, index) => `${text.slice(0, index)}x${text.slice(index + 1)}`);
  expect(new Set(changed.map((one) => crc32(one))).size).toBe(text.length);
});
