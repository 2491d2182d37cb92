import fc from 'fast-check';
import { findPath, overlap, type Pattern, type Step } from '../../../../lambdas/authorizer/routes/segments';

const STEPS: Readonly<Record<string, Step>> = { '{}': 'one', '*': 'many', '**': 'any' };

/** `a`, `{}`, `*` and `**`: literals, exactly one segment, one and more, none and more. */
function pattern(text: string): Pattern {
  const parts = text === '' ? [] : text.split('/');
  return parts.map((part) => STEPS[part] ?? { literal: part });
}

function find(include: string[], exclude: string[] = []): string | undefined {
  return findPath(include.map(pattern), exclude.map(pattern))?.join('/');
}

test.each([
  ['a literal', ['a/b'], 'a/b'],
  ['one segment', ['a/{}'], 'a/(any)'],
  ['one and more segments', ['a/*/b'], 'a/(any)/b'],
  ['several patterns at once', ['a/{}/c', 'a/b/{}'], 'a/b/c'],
  ['a step that matches nothing', ['a/**', 'a'], 'a'],
  ['a step that matches nothing, in the middle', ['a/**/b', '{}/{}'], 'a/b'],
  ['a star that has to cross a slash', ['a/*/c', 'a/{}/b/c'], 'a/(any)/b/c'],
])('finds a path of %s', (_, include, path) => {
  expect(find(include)).toBe(path);
});

test.each([
  ['other literals', ['a/b', 'a/c']],
  ['other lengths', ['a/{}', 'a/{}/b']],
  ['a star that would have to be empty', ['a/*/b', 'a/b']],
])('finds none for %s', (_, include) => {
  expect(find(include)).toBeUndefined();
});

test('leaves out what an excluded pattern matches', () => {
  expect(find(['a/{}', '*/b'], ['a/b'])).toBeUndefined();
  expect(find(['a/{}/{}'], ['a/{}/b', 'a/b/{}'])).toBe('a/(any)/(any)');
  expect(find(['{}/{}', '*/b'], ['a/b'])).toBe('(any)/b');
});

test('finds none when the excluded patterns cover everything together', () => {
  expect(find(['a/*'], ['a/{}', 'a/{}/*'])).toBeUndefined();
});

test('ends on patterns with many stars', () => {
  expect(find(['*/*/*/*/a', '*/*/*/b/*'], ['*/b/a', '*/b/*/a'])).toBeUndefined();
});

describe('overlap', () => {
  const step = fc.constantFrom('a', 'b', '{}', '*', '**');
  const text = fc.array(step, { minLength: 0, maxLength: 4 }).map((steps) => steps.join('/'));

  test.each([
    ['the same', 'a/{}', 'a/{}', true],
    ['a literal and a parameter', 'a/b', '{}/b', true],
    ['other literals', 'a/{}', 'b/{}', false],
    ['other lengths', 'a', 'a/{}', false],
    ['a step that may match nothing', 'a', 'a/**', true],
    ['a step that has to match something', 'a', 'a/*', false],
  ])('%s', (_, a, b, expected) => {
    expect(overlap(pattern(a), pattern(b))).toBe(expected);
  });

  test('is where the search finds a list of segments', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(overlap(pattern(a), pattern(b))).toBe(findPath([pattern(a), pattern(b)]) !== undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('a list that is found matches what is included and nothing that is excluded', () => {
    const expression = (one: string) =>
      new RegExp(
        `^${one
          .split('/')
          .filter(Boolean)
          .map((part) => ({ '{}': '/[^/]+', '*': '(/[^/]+)+', '**': '(/[^/]+)*' })[part] ?? `/${part}`)
          .join('')}$`,
      );
    fc.assert(
      fc.property(text, text, text, (a, b, without) => {
        const found = findPath([pattern(a), pattern(b)], [pattern(without)]);
        const path = found?.map((segment) => `/${segment}`).join('');
        fc.pre(path !== undefined);
        expect([a, b, without].map((one) => expression(one).test(path ?? ''))).toEqual([true, true, false]);
      }),
      { numRuns: 2000 },
    );
  });
});
