import { nextWindow, type RotationRules, scheduleIntervals } from '../../../constructs/rotation/schedule';

const DAY = 86_400;
const cron = (expression: string, duration?: string): RotationRules => ({
  scheduleExpression: `cron(${expression})`,
  ...(duration === undefined ? {} : { duration }),
});
const opens = (rules: RotationRules, after: string): string =>
  new Date(nextWindow(rules, Date.parse(after)).opens).toISOString();

describe('next window', () => {
  // Dates by the calendar of 2026: 1 January is a Thursday.
  test.each([
    ['0 3 1 * ? *', '2026-01-15T00:00:00Z', '2026-02-01T03:00:00.000Z'],
    ['0 3 1 * ? *', '2026-02-01T02:59:59Z', '2026-02-01T03:00:00.000Z'],
    ['0 3 1 * ? *', '2026-02-01T03:00:00Z', '2026-03-01T03:00:00.000Z'],
    ['0 0/6 * * ? *', '2026-01-01T05:00:00Z', '2026-01-01T06:00:00.000Z'],
    ['0 4/12 * * ? *', '2026-01-01T17:00:00Z', '2026-01-02T04:00:00.000Z'],
    ['0 8 ? * MON-FRI *', '2026-01-02T09:00:00Z', '2026-01-05T08:00:00.000Z'],
    ['0 16 ? * 6L *', '2026-01-01T00:00:00Z', '2026-01-30T16:00:00.000Z'],
    ['0 8 ? * 2#1 *', '2026-01-06T00:00:00Z', '2026-02-02T08:00:00.000Z'],
    ['0 1 L * ? *', '2026-02-01T00:00:00Z', '2026-02-28T01:00:00.000Z'],
    ['0 1 1 JAN,APR,JUL,OCT ? *', '2026-01-02T00:00:00Z', '2026-04-01T01:00:00.000Z'],
    ['0 1 29 2 ? *', '2026-03-01T00:00:00Z', '2028-02-29T01:00:00.000Z'],
  ])('cron(%s) after %s', (expression, after, expected) => {
    expect(opens(cron(expression), after)).toBe(expected);
  });

  test('closes after the duration, else at the end of the day, or after an hour where there are several a day', () => {
    const closes = (rules: RotationRules): string =>
      new Date(nextWindow(rules, Date.parse('2026-01-15T00:00:00Z')).closes).toISOString();
    expect(closes(cron('0 3 1 * ? *', '2h'))).toBe('2026-02-01T05:00:00.000Z');
    expect(closes(cron('0 3 1 * ? *'))).toBe('2026-02-02T00:00:00.000Z');
    expect(closes(cron('0 0/6 * * ? *'))).toBe('2026-01-15T07:00:00.000Z');
  });

  test('a rate in days opens at midnight, one in hours on the hour', () => {
    expect(opens({ scheduleExpression: 'rate(10 days)' }, '2026-01-01T13:45:00Z')).toBe('2026-01-11T00:00:00.000Z');
    expect(opens({ automaticallyAfterDays: 1 }, '2026-01-01T13:45:00Z')).toBe('2026-01-02T00:00:00.000Z');
    expect(opens({ scheduleExpression: 'rate(4 hours)' }, '2026-01-01T13:45:00Z')).toBe('2026-01-01T17:00:00.000Z');
  });
});

describe('intervals', () => {
  test.each([
    ['0 3 1 * ? *', 28 * DAY, 31 * DAY],
    ['0 0/6 * * ? *', 6 * 3600, 6 * 3600],
    ['0 5,17 ? * SUN *', 12 * 3600, 6 * DAY + 12 * 3600],
    ['0 3 1 1/3 ? *', 90 * DAY, 92 * DAY],
  ])('cron(%s) has a shortest and a longest', (expression, shortest, longest) => {
    expect(scheduleIntervals(cron(expression))).toEqual({ shortest, longest });
  });
});

describe('rules that Secrets Manager refuses', () => {
  test.each<[RotationRules, RegExp]>([
    [cron('5 3 1 * ? *'), /minutes must be 0/],
    [cron('0 3 1 * ? 2030'), /the year must be \*/],
    [cron('0 3 1 * * *'), /exactly one of the day fields must be \?/],
    [cron('0 3 1 * ?'), /it has 5 fields/],
    [cron('0 24 1 * ? *'), /"24" is not from 0 to 23/],
    [cron('0 0/2 * * ? *'), /at most one rotation in 4 hours/],
    [cron('0 23,0 * * ? *'), /at most one rotation in 4 hours/],
    [cron('0 3 30 2 ? *'), /never comes/],
    [cron('0 20 1 * ? *', '5h'), /allowed are "1h" to "4h"/],
    [cron('0 3 1 * ? *', '90m'), /duration is "90m"/],
    [{ scheduleExpression: 'rate(3 hours)' }, /4 hours to 1000 days/],
    [{ automaticallyAfterDays: 1001 }, /from 1 to 1000/],
    [{}, /allowed is one of them/],
    [{ scheduleExpression: 'rate(1 day)', automaticallyAfterDays: 1 }, /allowed is one of them/],
  ])('%j', (rules, message) => {
    expect(() => nextWindow(rules, 0)).toThrow(message);
  });
});
