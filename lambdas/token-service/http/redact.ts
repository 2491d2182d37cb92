import { apiTokenPattern } from '../../lib/api-token';

const NOT_SHOWN = '(not shown)';

/**
 * API tokens of any brand, and whatever may be a usage key or a part of a token: 20 letters and digits in a row with a
 * digit among them (names of errors and classes have none), or 40 without.
 */
const SECRETS = new RegExp(`${apiTokenPattern()}|(?=[A-Za-z]*[0-9])[0-9A-Za-z]{20,}|[A-Za-z]{40,}`, 'g');

const LONGEST_SHOWN = 80;

/** Takes everything out of a text that could be a token, a usage key or a part of one. */
export function redact(text: string): string {
  return text.replace(SECRETS, NOT_SHOWN);
}

/** A request's value as an error message may show it: as JSON, short, and never a secret pasted into the wrong place. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  if (typeof value === 'object' && value !== null) {
    return 'an object';
  }
  const text = JSON.stringify(value) ?? 'undefined';
  if (text.length > LONGEST_SHOWN) {
    return `a ${typeof value} of ${String(value).length} characters`;
  }
  return redact(text);
}
