import type { AggregatorPorts } from './ports';

/** Attempts of a conditional write. Whoever is refused that often has very busy company, and the whole delivery is repeated later. */
const ATTEMPTS = 16;
const LONGEST_WAIT_MS = 400;

/** A conditional write was refused again and again. Lambda repeats the delivery. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/**
 * Reads and writes until the write is not refused, with pauses that grow and differ between those who compete.
 *
 * @param attempt `undefined` when it was refused
 * @throws {BusyError} after so many refusals that it is better to come back later
 */
export async function untilWritten<T>(
  { wait, random }: Pick<AggregatorPorts, 'wait' | 'random'>,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  for (let number = 0; number < ATTEMPTS; number += 1) {
    const result = await attempt();
    if (result !== undefined) {
      return result;
    }
    await wait(Math.ceil(random() * Math.min(LONGEST_WAIT_MS, 5 * 2 ** number)));
  }
  throw new BusyError(`an item of the usage table was changed by others ${ATTEMPTS} times in a row`);
}
