let last: number | undefined;
let text = '';

/**
 * A time in epoch seconds as RFC 3339 in UTC; fractions of a second are cut off. The last one is remembered: an answer of the authorizer has
 * the same time in its policy and in its context.
 *
 * @throws {RangeError} for a time that `Date` does not have
 */
export function wholeSeconds(seconds: number): string {
  if (seconds !== last) {
    text = `${new Date(seconds * 1000).toISOString().slice(0, -5)}Z`;
    last = seconds;
  }
  return text;
}

/** The last time of `Date`, in epoch seconds (ECMA-262, 21.4.1.1). */
const LAST_SECOND = 8.64e12;

/** The same, and `undefined` for what is no time of `Date`. */
export function wholeSecondsOrNone(seconds: number | undefined): string | undefined {
  return seconds !== undefined && Math.abs(seconds) <= LAST_SECOND ? wholeSeconds(seconds) : undefined;
}
