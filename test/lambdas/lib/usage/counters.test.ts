import { addCounters, type Counters, MAX_COUNTED_NAMES, NO_CALLS } from '../../../../lambdas/lib/usage/counters';
import { joinUse } from '../../../../lambdas/lib/usage/uses';

const ofRoute = (route: string): Counters => ({ ...NO_CALLS, calls: 1, routes: { [route]: 1 } });

test('routes beyond those that are counted one by one are counted together', () => {
  const routes = Array.from({ length: MAX_COUNTED_NAMES + 5 }, (_, index) => `shop GET /${index}`);
  const sum = [...routes, ...routes].map(ofRoute).reduce(addCounters, NO_CALLS);
  expect(Object.keys(sum.routes).length).toBe(MAX_COUNTED_NAMES + 1);
  expect(sum.routes.other).toBe(10);
  expect(sum.routes['shop GET /0']).toBe(2);
  expect(Object.values(sum.routes).reduce((a, b) => a + b, 0)).toBe(sum.calls);
});

test('uses are joined to the same, in whatever order', () => {
  const early = { firstAt: 1, lastAt: 5, address: '192.0.2.1' };
  const late = { firstAt: 3, lastAt: 9, address: '192.0.2.2', userAgent: 'curl' };
  const joined = { firstAt: 1, lastAt: 9, address: '192.0.2.2', userAgent: 'curl' };
  expect(joinUse(early, late)).toEqual(joined);
  expect(joinUse(late, early)).toEqual(joined);
});

test('of two uses at the same time everybody takes the same', () => {
  const one = { firstAt: 1, lastAt: 5, address: '192.0.2.1' };
  const other = { firstAt: 1, lastAt: 5, address: '192.0.2.2' };
  expect(joinUse(one, other)).toEqual(joinUse(other, one));
});
