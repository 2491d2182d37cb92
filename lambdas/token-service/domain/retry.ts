/** How often something that others change meanwhile is tried before the request fails. */
export const ATTEMPTS = 8;

const FIRST_MS = 20;
const LONGEST_MS = 1000;

/**
 * How long to wait before another attempt, in milliseconds: anything up to a time that doubles, so that those who met do not
 * meet again ("full jitter").
 *
 * @param random from 0 to 1
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
}
