import { isSafeLines, isSafeText } from '../../../lambdas/lib/text';

const UNSAFE: readonly [string, string][] = [
  ['a half of a surrogate pair', 'a\ud800b'],
  ['the other half', 'a\udc00'],
  ['halves in the wrong order', '\udc00\ud800'],
  ['a NUL', 'a\u0000'],
  ['DEL', 'a\u007f'],
  ['a C1 control', 'a\u0085'],
  ['a left-to-right mark', 'a\u200e'],
  ['a right-to-left mark', 'a\u200f'],
  ['an Arabic letter mark', 'a\u061c'],
  ['a right-to-left override', 'user\u202egpj'],
  ['a left-to-right embedding', '\u202aa'],
  ['an isolate', '\u2066a\u2069'],
  ['a zero-width space', 'us\u200ber'],
  ['a zero-width joiner', 'us\u200der'],
  ['a word joiner', 'us\u2060er'],
  ['a byte order mark', '\ufeffuser'],
  ['a soft hyphen', 'us\u00ader'],
  ['a tag character', 'user\u{e0041}'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['a code point that is no character', 'a\uffff'],
  ['one of another plane', 'a\u{1fffe}'],
];

describe('a text', () => {
  test.each(UNSAFE)('with %s is not safe, in one line or in several', (_, text) => {
    expect(isSafeText(text)).toBe(false);
    expect(isSafeLines(text)).toBe(false);
  });

  test.each(['', 'user-17', 'a\'b"c|%', 'Vertrieb Süd', '販売', 'مبيعات', '🚀', 'é', 'e\u0301', '__proto__'])(
    '%j is safe',
    (text) => {
      expect(isSafeText(text)).toBe(true);
      expect(isSafeLines(text)).toBe(true);
    },
  );

  test.each(['a\nb', 'a\r\nb', 'a\tb'])('%j is safe in several lines only', (text) => {
    expect(isSafeText(text)).toBe(false);
    expect(isSafeLines(text)).toBe(true);
  });

  test.each(['a\n\u0000', '\t\u202e', '\r\ud800'])('%j is not safe in several lines either', (text) => {
    expect(isSafeLines(text)).toBe(false);
  });
});

test('every code point below 65,536 is judged as a model of ranges judges it', () => {
  const ranges: readonly [number, number][] = [
    [0, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x600, 0x605],
    [0x61c, 0x61c],
    [0x6dd, 0x6dd],
    [0x70f, 0x70f],
    [0x890, 0x891],
    [0x8e2, 0x8e2],
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
    [0x180b, 0x180f],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
    [0xd800, 0xdfff],
    [0xfdd0, 0xfdef],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
    [0xfff0, 0xfffb],
    [0xfffe, 0xffff],
  ];
  const wrong: string[] = [];
  for (let code = 0; code < 0x1_0000; code++) {
    const expected = !ranges.some(([from, to]) => code >= from && code <= to);
    if (isSafeText(String.fromCharCode(code)) !== expected) {
      wrong.push(code.toString(16));
    }
  }
  expect(wrong).toEqual([]);
});
