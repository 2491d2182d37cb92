import { tokenPattern } from '../../../../lambdas/authorizer/introspection/token-pattern';

test.each([
  ['oat_[A-Za-z0-9]{20,64}', `oat_${'a'.repeat(20)}`, `oat_${'a'.repeat(19)}`],
  [String.raw`[\w-]{43}`, 'a-'.repeat(21).concat('_'), 'a'.repeat(44)],
  [String.raw`\d{4}\.\w{1,3}`, '1234.ab', '1234xab'],
  ['a/b=~', 'a/b=~', 'a/b=~ '],
  [String.raw`x\+[.+]{2}`, 'x+.+', 'xx.+'],
])('%s is the form of %s and not of %s', (text, good, bad) => {
  const pattern = tokenPattern(text);
  expect(pattern.test(good)).toBe(true);
  for (const wrong of [bad, `${good}\n`, `\n${good}`, ` ${good}`, `${good}${good}`, '']) {
    expect(pattern.test(wrong)).toBe(false);
  }
});

test.each([
  '',
  '.*',
  'a+',
  'a*',
  'a?',
  '(a|b)',
  'a|b',
  '^a',
  'a$',
  '[^a]',
  '[]',
  'a{1,}',
  'a{2}{3}',
  '{2}',
  'a{99999}',
  '[z-a]',
  'a{3,2}',
  '[a]{1,9}[b]{1,9}',
  String.raw`\s`,
  String.raw`\1`,
  'a b',
  'ü',
  'a'.repeat(201),
])('%s is refused', (text) => {
  expect(() => tokenPattern(text)).toThrow(/^token pattern is .*, allowed are/);
});

test('a pattern takes no longer for a token that nearly fits', () => {
  const pattern = tokenPattern(String.raw`\w{1,8000}!`.replace('!', '='));
  // One repetition of variable length: the number of steps is that of the characters.
  expect(pattern.test('a'.repeat(8000))).toBe(false);
});
