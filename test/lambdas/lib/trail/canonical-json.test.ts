import { canonicalJson } from '../../../../lambdas/lib/trail/canonical-json';

test('members are in the order of their UTF-16 code units, as in RFC 8785, 3.2.3', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
  expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
});

test('text is escaped as in RFC 8785, 3.2.2.2', () => {
  expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
});

test('lists and objects are written without white space, and absent members not at all', () => {
  expect(canonicalJson({ b: [1, { d: null, c: true }], a: undefined })).toBe('{"b":[1,{"c":true,"d":null}]}');
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses the number %p', (number) => {
  expect(() => canonicalJson({ number })).toThrow('expected a safe integer');
});

test.each(['\ud83d', 'x\ude00'])('refuses half of a surrogate pair, in texts and in names', (text) => {
  expect(() => canonicalJson(text)).toThrow('half of a surrogate pair');
  expect(() => canonicalJson({ [text]: 1 })).toThrow('half of a surrogate pair');
});
