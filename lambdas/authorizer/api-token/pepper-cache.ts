import { parsePepperDocument, pepperKeys } from '../../lib/pepper';
import { refreshedValue } from '../../lib/refreshed-value';
import type { AuthorizerPorts } from '../ports';
import { unreadable } from '../reasons';

const REFRESH_AFTER_MS = 300_000;
const MAX_STALE_MS = 3_600_000;
const COOLDOWN_MS = 30_000;

/** Finds the pepper key with an id; `undefined` when the secret has none. */
export type PepperFinder = (id: string) => Buffer | undefined | Promise<Buffer | undefined>;

/**
 * Keeps the pepper in memory: read again after 300 s and when a record names an unknown id, at most once in 30 s. When that
 * fails, the last value serves for up to an hour. The finder rejects with an `AuthorizerError` when it has no value, and for an
 * unknown id when the secret could not be read again: the id may be new.
 */
export function createPepperCache(ports: Pick<AuthorizerPorts, 'clock' | 'readPepper' | 'warn'>): PepperFinder {
  const peppers = refreshedValue({
    clock: ports.clock,
    read: async () => pepperKeys(parsePepperDocument(await ports.readPepper().catch(unreadable('pepper secret')))),
    freshMs: REFRESH_AFTER_MS,
    staleMs: MAX_STALE_MS,
    cooldownMs: COOLDOWN_MS,
    onFailure: (error) => ports.warn('pepper_refresh_failed', error),
  });

  return (id) => peppers.find((keys) => keys.get(id));
}
