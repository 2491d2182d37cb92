/**
 * Rotation schedules of Secrets Manager: what it accepts, and when the windows open. Pure, without cdktf, because the
 * sandbox and the command line use it too. All times are UTC.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export interface RotationRules {
  /** `cron(0 3 1 * ? *)`, `rate(30 days)` or `rate(12 hours)`; exclusive with `automaticallyAfterDays`. */
  readonly scheduleExpression?: string | undefined;
  /** 1 to 1000. */
  readonly automaticallyAfterDays?: number | undefined;
  /** Length of the window, `1h` to `24h`. @default - one hour for schedules in hours, else to the end of the UTC day */
  readonly duration?: string | undefined;
}

/** When a rotation may take place. Epoch milliseconds. */
export interface RotationWindow {
  readonly opens: number;
  readonly closes: number;
}

/** A schedule that Secrets Manager would refuse; the message has the form "schedule is …, allowed is …". */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Secrets Manager rotates at most every four hours and at least every 1,000 days. */
const LEAST_HOURS = 4;
const MOST_DAYS = 1000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type DayTest = (date: Date) => boolean;

interface Cron {
  readonly hours: readonly number[];
  readonly matchesDay: DayTest;
  /** Whether the schedule is one "in hours": several windows on a day. */
  readonly hourly: boolean;
}

/**
 * The next window that opens after a moment; for schedules in days that count from the last rotation, after that.
 *
 * @throws {ScheduleError} for rules that Secrets Manager refuses
 */
export function nextWindow(rules: RotationRules, after: number): RotationWindow {
  const checked = checkRules(rules);
  if ('everyHours' in checked) {
    const opens = Math.floor(after / HOUR_MS) * HOUR_MS + checked.everyHours * HOUR_MS;
    return { opens, closes: opens + checked.windowMs };
  }
  if ('everyDays' in checked) {
    const opens = startOfDay(after) + checked.everyDays * DAY_MS;
    return { opens, closes: Math.min(opens + checked.windowMs, opens + DAY_MS) };
  }
  const opens = nextOpening(checked.cron, after);
  if (opens === undefined) {
    throw new ScheduleError(`schedule is ${rules.scheduleExpression}, which never comes`);
  }
  return { opens, closes: Math.min(opens + checked.windowMs, startOfDay(opens) + DAY_MS) };
}

/**
 * Shortest and longest time between the openings of two windows that follow each other, in seconds. Timing rules have to
 * hold for the shortest; a secret older than the longest was missed.
 *
 * @throws {ScheduleError} for rules that Secrets Manager refuses
 */
export function scheduleIntervals(rules: RotationRules): { readonly shortest: number; readonly longest: number } {
  const checked = checkRules(rules);
  if ('everyHours' in checked) {
    return { shortest: checked.everyHours * 3600, longest: checked.everyHours * 3600 };
  }
  if ('everyDays' in checked) {
    return { shortest: checked.everyDays * 86_400, longest: checked.everyDays * 86_400 };
  }
  // Within these years every length of a month, a leap day and every weekday of a month's first come up.
  const openings: number[] = [];
  for (let at = Date.UTC(2024, 0, 1) - 1; at < Date.UTC(2032, 11, 31); ) {
    const opens = nextOpening(checked.cron, at);
    if (opens === undefined) {
      throw new ScheduleError(`schedule is ${rules.scheduleExpression}, which never comes`);
    }
    openings.push(opens);
    at = opens;
  }
  const gaps = openings.slice(1).map((opens, index) => (opens - (openings[index] ?? opens)) / 1000);
  // No spread: the list may be longer than a call takes arguments.
  return { shortest: gaps.reduce((a, b) => Math.min(a, b)), longest: gaps.reduce((a, b) => Math.max(a, b)) };
}

type Checked = { readonly windowMs: number } & (
  | { readonly everyHours: number }
  | { readonly everyDays: number }
  | { readonly cron: Cron }
);

function checkRules(rules: RotationRules): Checked {
  const { scheduleExpression, automaticallyAfterDays } = rules;
  if ((scheduleExpression === undefined) === (automaticallyAfterDays === undefined)) {
    throw new ScheduleError('rules have both or neither of a schedule and a number of days, allowed is one of them');
  }
  if (automaticallyAfterDays !== undefined) {
    if (!Number.isInteger(automaticallyAfterDays) || automaticallyAfterDays < 1 || automaticallyAfterDays > MOST_DAYS) {
      throw new ScheduleError(
        `number of days is ${automaticallyAfterDays}, allowed is an integer from 1 to ${MOST_DAYS}`,
      );
    }
    return { everyDays: automaticallyAfterDays, windowMs: windowOf(rules, 24, 24) };
  }
  const expression = scheduleExpression ?? '';
  const [, amount, unit] = /^rate\((\d{1,5}) (hours?|days?)\)$/.exec(expression) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return checkRate(rules, expression, Number(amount), unit);
  }
  const cron = parseCron(expression);
  const first = cron.hours[0] ?? 0;
  const gap = cron.hourly
    ? Math.min(...cron.hours.map((hour, index) => (cron.hours[index + 1] ?? first + 24) - hour))
    : 24;
  if (gap < LEAST_HOURS) {
    throw new ScheduleError(`schedule is ${expression}, allowed is at most one rotation in ${LEAST_HOURS} hours`);
  }
  const last = cron.hours.at(-1) ?? 0;
  return { cron, windowMs: windowOf(rules, Math.min(gap, 24 - last), cron.hourly ? 1 : 24) };
}

function checkRate(rules: RotationRules, expression: string, amount: number, unit: string): Checked {
  const hours = unit.startsWith('hour') ? amount : amount * 24;
  if (hours < LEAST_HOURS || hours > MOST_DAYS * 24) {
    throw new ScheduleError(`schedule is ${expression}, allowed are ${LEAST_HOURS} hours to ${MOST_DAYS} days`);
  }
  return unit.startsWith('hour')
    ? { everyHours: amount, windowMs: windowOf(rules, Math.min(amount, 24), 1) }
    : { everyDays: amount, windowMs: windowOf(rules, 24, 24) };
}

function windowOf({ duration }: RotationRules, mostHours: number, defaultHours: number): number {
  if (duration === undefined) {
    return defaultHours * HOUR_MS;
  }
  const hours = Number(/^([1-9]\d?)h$/.exec(duration)?.[1] ?? Number.NaN);
  if (!(hours <= mostHours)) {
    throw new ScheduleError(
      `duration is ${JSON.stringify(duration)}, allowed are "1h" to "${mostHours}h": the window must end before the next one opens and before the UTC day ends`,
    );
  }
  return hours * HOUR_MS;
}

function parseCron(expression: string): Cron {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minutes, hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year] = fields;
  const refuse = (why: string): never => {
    throw new ScheduleError(
      `schedule is ${JSON.stringify(expression)}: ${why}, allowed is "cron(0 hours day-of-month month day-of-week *)" or "rate(n hours|days)"`,
    );
  };
  if (fields.length !== 6) {
    refuse(`it has ${fields.length} fields`);
  }
  if (minutes !== '0') {
    refuse('minutes must be 0');
  }
  if (year !== '*') {
    refuse('the year must be *');
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    refuse('exactly one of the day fields must be ?');
  }
  const hourList = values(hours, 0, 23, [], refuse);
  const months = values(month, 1, 12, MONTHS, refuse);
  const day = dayOfWeek === '?' ? monthDays(dayOfMonth, refuse) : weekDays(dayOfWeek, refuse);
  return {
    hours: hourList,
    hourly: hourList.length > 1,
    matchesDay: (date) => months.includes(date.getUTCMonth() + 1) && day(date),
  };
}

type Refuse = (why: string) => never;

function monthDays(field: string, refuse: Refuse): DayTest {
  if (field === 'L') {
    return (date) => new Date(date.getTime() + DAY_MS).getUTCDate() === 1;
  }
  const days = values(field, 1, 31, [], refuse);
  return (date) => days.includes(date.getUTCDate());
}

/** Secrets Manager counts days of the week from 1, Sunday. */
function weekDays(field: string, refuse: Refuse): DayTest {
  const [, name = '', form = '', nth = ''] = /^([1-7A-Z]+?)(L|#([1-5]))$/.exec(field) ?? [];
  if (name !== '') {
    const [weekday] = values(name, 1, 7, WEEKDAYS, refuse);
    return (date) => {
      if (date.getUTCDay() + 1 !== weekday) {
        return false;
      }
      if (form === 'L') {
        return new Date(date.getTime() + 7 * DAY_MS).getUTCMonth() !== date.getUTCMonth();
      }
      return Math.ceil(date.getUTCDate() / 7) === Number(nth);
    };
  }
  const days = values(field, 1, 7, WEEKDAYS, refuse);
  return (date) => days.includes(date.getUTCDay() + 1);
}

/** Numbers of a field, ascending: lists of numbers or names, ranges, `*`, each with an optional `/step`. */
function values(field: string, least: number, most: number, names: readonly string[], refuse: Refuse): number[] {
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    const number = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most
      ? number
      : refuse(`${JSON.stringify(text)} is not from ${least} to ${most}`);
  };
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const [from = '', to, ...more] = range.split('-');
    if (rest.length > 0 || more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
      refuse(`${JSON.stringify(part)} is no value`);
    }
    const start = range === '*' ? least : numberOf(from);
    const end = range === '*' || (to === undefined && step !== undefined) ? most : numberOf(to ?? from);
    for (let value = start; value <= end; value += Number(step ?? 1)) {
      found.add(value);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function nextOpening({ hours, matchesDay }: Cron, after: number): number | undefined {
  // Every schedule that comes at all comes within a leap cycle.
  for (let day = startOfDay(after), last = day + 8 * 366 * DAY_MS; day <= last; day += DAY_MS) {
    if (!matchesDay(new Date(day))) {
      continue;
    }
    const hour = hours.find((candidate) => day + candidate * HOUR_MS > after);
    if (hour !== undefined) {
      return day + hour * HOUR_MS;
    }
  }
  return undefined;
}

function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
