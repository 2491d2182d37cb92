import { longestInterval } from '../../../../audit/rules/shared/rotations';

test.each([
  ['rate(30 days)', 30],
  ['rate(1 day)', 1],
  ['rate(4 hours)', 4 / 24],
  ['cron(0 4 * * ? *)', 1],
  ['cron(0 4 ? * SUN *)', 7],
  ['cron(0 4 ? * MON#1 *)', 35],
  ['cron(0 4 1 * ? *)', 31],
  ['cron(0 4 1,15 * ? *)', 31],
  ['cron(0 4 1/10 * ? *)', 10],
  ['cron(0 4 1 1/3 ? *)', 93],
  ['cron(0 4 1 1,4,7,10 ? *)', 93],
  ['cron(0 4 1 1 ? *)', 372],
])('%s is at most %d days', (schedule, days) => {
  expect(longestInterval(schedule)).toBeCloseTo(days);
});

test.each(['', 'rate(often)', 'cron(0 4 1 * ? 2027)', 'cron(0 4)', 'cron(0 4 1 JAN ? *)', '30'])(
  '%j is not understood',
  (schedule) => {
    expect(longestInterval(schedule)).toBeUndefined();
  },
);
