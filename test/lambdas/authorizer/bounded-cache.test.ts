import { BoundedCache } from '../../../lambdas/authorizer/bounded-cache';

test('gives a value back until its time', () => {
  const cache = new BoundedCache<string>(2);
  cache.set('a', 'x', 10);
  expect(cache.get('a', 9)).toBe('x');
  expect(cache.get('a', 10)).toBeUndefined();
  expect(cache.isEmpty).toBe(true);
});

test('makes room by dropping the oldest value', () => {
  const cache = new BoundedCache<number>(2);
  cache.set('a', 1, 10);
  cache.set('b', 2, 10);
  cache.set('a', 3, 10);
  cache.set('c', 4, 10);
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 0))).toEqual([3, undefined, 4]);
});
