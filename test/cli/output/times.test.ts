import { duration, moment, relative } from '../../../cli/output/times';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString();

test.each([
  [0, 'now'],
  [20_000, 'now'],
  [60_000, 'in 1 minute'],
  [-150_000, '3 minutes ago'],
  [3_599_000, 'in 1 hour'],
  [-3_600_000 * 36, '2 days ago'],
  [86_400_000 * 30 - 5_000, 'in 30 days'],
])('a time that is %s ms away is %s', (away, text) => {
  expect(relative(at(away), NOW)).toBe(text);
});

test('a moment has its exact time and how far it is away', () => {
  expect(moment(at(3 * 86_400_000), NOW)).toBe('2026-12-04 12:00Z (in 3 days)');
  expect(moment(undefined, NOW)).toBe('-');
});

test.each([
  [0, '0 seconds'],
  [61, '1 minute 1 second'],
  [90_000, '1 day 1 hour'],
])('%s seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
