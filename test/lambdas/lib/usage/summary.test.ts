import { MAX_COUNTED_NAMES, NO_CALLS } from '../../../../lambdas/lib/usage/counters';
import type { UsagePart } from '../../../../lambdas/lib/usage/parts';
import { withDay } from '../../../../lambdas/lib/usage/summary';

const part = (hour: string, ...scopes: string[]): UsagePart => ({
  subject: 'token#AbCdEfGhIjKlMnOp',
  hour,
  digest: 'd'.repeat(16),
  counters: {
    ...NO_CALLS,
    scopes: Object.fromEntries(scopes.map((scope) => [scope, 1])),
    routes: { 'shop GET /v1/sales': 1 },
  },
});

test('a scope has the last day of its use, whichever comes first', () => {
  const first = withDay(undefined, part('2026-12-01T04', 'sales:read'), 90);
  const both = withDay(first, part('2026-11-30T23', 'sales:read', 'reports:read'), 90);
  expect(both).toMatchObject({
    since: '2026-11-30',
    scopes: { 'sales:read': '2026-12-01', 'reports:read': '2026-11-30' },
    version: 2,
  });
});

test('what is known already changes nothing', () => {
  const known = withDay(undefined, part('2026-12-01T04', 'sales:read'), 90);
  expect(withDay(known, part('2026-12-01T05', 'sales:read'), 90)).toBe(known);
});

test('of more names than are kept it says that it is incomplete, and keeps up with those that it has', () => {
  const names = Array.from({ length: MAX_COUNTED_NAMES }, (_, index) => `s${index}:read`);
  const full = withDay(undefined, part('2026-12-01T04', ...names), 90);
  const over = withDay(full, part('2026-12-02T04', 's0:read', 'more:read'), 90);
  expect(full.incomplete).toBeUndefined();
  expect(over.incomplete).toBe(true);
  expect(over.scopes['s0:read']).toBe('2026-12-02');
  expect(over.scopes).not.toHaveProperty('more:read');
});
