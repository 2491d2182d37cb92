import { codeOf } from './errors';
import type { Clock } from './ports';

/** Waits between the tries of a bounded read, in milliseconds: a value may take some seconds to be seen everywhere. */
const READ_WAITS_MS: readonly number[] = [200, 400, 800, 1600, 3000];

/** Waits between the tries of a throttled call, in milliseconds. */
const THROTTLE_WAITS_MS: readonly number[] = [100, 300, 900, 2000, 4000];

/** By these AWS services, and our HTTP providers, ask for less. */
const THROTTLES: ReadonlySet<string> = new Set([
  'InternalServiceError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/**
 * Reads until there is something, a handful of times over some seconds.
 *
 * @returns `undefined` when there was nothing in the end
 */
export async function readUntilSeen<T>(clock: Clock, read: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const wait of READ_WAITS_MS) {
    const found = await read();
    if (found !== undefined) {
      return found;
    }
    await clock.sleep(wait);
  }
  return read();
}

/** Repeats a call while it is throttled. Such a call had no effect, so any may be repeated. */
export async function whileThrottled<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (const wait of THROTTLE_WAITS_MS) {
    try {
      return await call();
    } catch (error) {
      if (!THROTTLES.has(codeOf(error) ?? '')) {
        throw error;
      }
    }
    await clock.sleep(wait);
  }
  return call();
}

/** The same port, an object of functions, whose calls are repeated while they are throttled. */
export function throttleTolerant<T extends object>(port: T, clock: Clock): T {
  const calls: [string, (...parameters: unknown[]) => Promise<unknown>][] = Object.entries(port);
  return Object.fromEntries(
    calls.map(([name, call]) => [name, (...parameters: unknown[]) => whileThrottled(clock, () => call(...parameters))]),
  ) as T;
}

/**
 * Tries until a number of successes in a row.
 *
 * @returns whether they came before the time was over
 */
export async function succeedsInARow(
  clock: Clock,
  bounds: { readonly testSeconds: number; readonly testSuccesses: number },
  attempt: () => Promise<boolean>,
): Promise<boolean> {
  const until = clock.now() + bounds.testSeconds * 1000;
  let successes = 0;
  for (;;) {
    successes = (await attempt()) ? successes + 1 : 0;
    if (successes >= bounds.testSuccesses) {
      return true;
    }
    const wait = successes > 0 ? 200 : 1000;
    if (clock.now() + wait > until) {
      return false;
    }
    await clock.sleep(wait);
  }
}
