/**
 * How one setting of a route compares with another of the same kind, as to what it lets through. `incomparable`: each may let
 * something through that the other does not, or it is not known.
 */
export type Order = 'same' | 'stronger' | 'weaker' | 'incomparable';

/** Turns a comparison of numbers of which the larger lets more through. */
export function bySize(before: number, after: number): Order {
  return before === after ? 'same' : after > before ? 'weaker' : 'stronger';
}

/** Turns a comparison of protections that are there or not. */
export function byPresence(before: boolean, after: boolean): Order {
  return bySize(Number(!before), Number(!after));
}

/** Several orders as one: a route that is weaker in one way and stronger in another is neither. */
export function combined(orders: readonly Order[]): Order {
  const distinct = new Set(orders.filter((order) => order !== 'same'));
  const [only] = distinct;
  return only === undefined ? 'same' : distinct.size === 1 ? only : 'incomparable';
}

/** Kinds of authorization that each check something else, so that none is weaker than another. */
const CHECKED = new Set(['CUSTOM', 'COGNITO_USER_POOLS', 'JWT', 'AWS_IAM']);

/**
 * Compares kinds of authorization: nobody is checked, or somebody is in one of several ways that have no order among themselves.
 */
export function byAuthorization(before: string, after: string): Order {
  if (before === after) {
    return 'same';
  }
  if (before === 'NONE' || after === 'NONE') {
    const other = before === 'NONE' ? after : before;
    return CHECKED.has(other) ? byPresence(before !== 'NONE', after !== 'NONE') : 'incomparable';
  }
  return 'incomparable';
}

/**
 * Compares required scopes, alternatives of lists all of whose scopes are needed: by the tokens that they let through. A
 * required `sales:*` needs more than `sales:read`, because only a token with `sales:*` or `*` has it.
 */
export function byScopes(before: readonly (readonly string[])[], after: readonly (readonly string[])[]): Order {
  const isAsStrict = implies(after, before);
  const isAsLoose = implies(before, after);
  return isAsStrict ? (isAsLoose ? 'same' : 'stronger') : isAsLoose ? 'weaker' : 'incomparable';
}

/** Whether each token that satisfies one rule satisfies the other. */
function implies(one: readonly (readonly string[])[], other: readonly (readonly string[])[]): boolean {
  return one.every((held) => other.some((needed) => needed.every((scope) => held.some((own) => covers(own, scope)))));
}

/** Whether a token that has the one scope has the other. */
function covers(held: string, needed: string): boolean {
  return (
    held === needed ||
    held === '*' ||
    (held.length > 2 && held.endsWith(':*') && needed.startsWith(held.slice(0, -1)) && needed.length >= held.length)
  );
}

/** Compares sets of which the larger protects more, such as identity sources. */
export function byContent(before: ReadonlySet<string>, after: ReadonlySet<string>): Order {
  const lost = [...before].some((one) => !after.has(one));
  const gained = [...after].some((one) => !before.has(one));
  return lost ? (gained ? 'incomparable' : 'weaker') : gained ? 'stronger' : 'same';
}

/** Requests that a caller may make in a period. */
export interface Quota {
  readonly limit: number;
  readonly period: string;
}

/** Periods of a quota, and how many of the shorter ones a longer one touches at most: a month touches parts of six weeks. */
const PERIODS = ['DAY', 'WEEK', 'MONTH'];
const TOUCHED: Readonly<Record<string, number>> = { 'DAY WEEK': 7, 'DAY MONTH': 31, 'WEEK MONTH': 6 };

/**
 * Compares quotas by the requests that each lets through; none lets all through. Ten a month let less through than ten a day, and
 * a thousand a month neither more nor less than a hundred a day.
 */
export function byQuota(before: Quota | undefined, after: Quota | undefined): Order {
  if (before === undefined || after === undefined) {
    return byPresence(before !== undefined, after !== undefined);
  }
  if (![before, after].every(({ period }) => PERIODS.includes(period))) {
    return before.period === after.period ? bySize(before.limit, after.limit) : 'incomparable';
  }
  const [isAsStrict, isAsLoose] = [fits(after, before), fits(before, after)];
  return isAsStrict ? (isAsLoose ? 'same' : 'stronger') : isAsLoose ? 'weaker' : 'incomparable';
}

/** Whether all that the one quota lets through is let through by the other. */
function fits(one: Quota, other: Quota): boolean {
  const isAsLong = PERIODS.indexOf(one.period) >= PERIODS.indexOf(other.period);
  const periods = isAsLong ? 1 : (TOUCHED[`${one.period} ${other.period}`] ?? Number.POSITIVE_INFINITY);
  return one.limit * periods <= other.limit;
}
