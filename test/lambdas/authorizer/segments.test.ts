import fc from 'fast-check';
import { commonResources, findPath, type Pattern, reachOf } from '../../../lambdas/authorizer/segments';

/** `a/{}/*`: literals, exactly one segment, one and more. */
function pattern(text: string): Pattern {
  return text.split('/').map((part) => (part === '{}' ? 'one' : part === '*' ? 'many' : { literal: part }));
}

function find(include: string[], exclude: string[] = []): string | undefined {
  return findPath(include.map(pattern), exclude.map(pattern))?.join('/');
}

test.each([
  ['a literal', ['a/b'], 'a/b'],
  ['one segment', ['a/{}'], 'a/(any)'],
  ['one and more segments', ['a/*/b'], 'a/(any)/b'],
  ['several patterns at once', ['a/{}/c', 'a/b/{}'], 'a/b/c'],
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

describe('common resources', () => {
  test.each([
    ['literals win over parameters', 'a/{}/c', '{}/b/c', ['a/b/c']],
    ['parameters become stars', 'a/{}', '{}/{}', ['a/*']],
    ['a star takes what the other has', 'a/{}/{}/d', 'a/*', ['a/*/*/d']],
    ['a star in the middle', 'a/{}/{}/d', 'a/*/d', ['a/*/*/d']],
    ['two stars laid over one another', 'a/*/b', 'a/x/*', ['a/x/b', 'a/x/*/b']],
    ['other literals', 'a/{}', 'b/{}', []],
    ['other lengths', 'a/{}', 'a/{}/{}', []],
  ])('%s', (_, a, b, expected) => {
    expect([...commonResources(pattern(a), pattern(b))].sort()).toEqual(expected.sort());
  });

  test('reach what both patterns match', () => {
    const step = fc.constantFrom('a', 'b', '{}', '*');
    const text = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('/'));
    const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(text, text, path, (a, b, segments) => {
        const own: Pattern = segments.map((literal) => ({ literal }));
        fc.pre(findPath([pattern(a), own]) !== undefined && findPath([pattern(b), own]) !== undefined);
        const resources = [...commonResources(pattern(a), pattern(b))];
        expect(resources.some((one) => findPath([reachOf(one), own]))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
