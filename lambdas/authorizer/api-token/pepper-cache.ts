import { findPepper, parsePepperDocument } from '../../lib/pepper';
import type { AuthorizerPorts } from '../ports';
import { AuthorizerError, unreadable } from '../reasons';

const REFRESH_AFTER_MS = 300_000;
const MAX_STALE_MS = 3_600_000;
const COOLDOWN_MS = 30_000;

/** Finds the pepper key with an id; `undefined` when the secret has none. */
export type PepperFinder = (id: string) => Buffer | undefined | Promise<Buffer | undefined>;

/**
 * Keeps the pepper in memory: read again after 300 s and when a record names an unknown id, at most once in 30 s. When that
 * fails, the last value serves for up to an hour. The finder rejects with an {@link AuthorizerError} when it has no value.
 */
export function createPepperCache(ports: AuthorizerPorts): PepperFinder {
  const read = async (readAt: number) => {
    const text = await ports.readPepper().catch(unreadable('pepper secret'));
    return { document: parsePepperDocument(text), readAt, keys: new Map<string, Buffer | undefined>() };
  };
  let held: Awaited<ReturnType<typeof read>> | undefined;
  // The first read does not count, so that a pepper made just after it is found at once.
  let attemptedAt = 0;

  async function refreshed(id: string, now: number): Promise<Buffer | undefined> {
    if (!held) {
      held = await read(now);
    }
    const isCurrent = now < held.readAt + REFRESH_AFTER_MS && findPepper(held.document, id);
    if (!isCurrent && now >= attemptedAt + COOLDOWN_MS) {
      attemptedAt = now;
      try {
        held = await read(now);
      } catch (error) {
        ports.warn('pepper_refresh_failed', error);
      }
    }
    if (now >= held.readAt + MAX_STALE_MS) {
      throw new AuthorizerError('store_error', 'pepper secret is too old');
    }
    const key = findPepper(held.document, id);
    held.keys.set(id, key);
    return key;
  }

  return (id) => {
    const now = ports.clock();
    const key = held && now < held.readAt + REFRESH_AFTER_MS ? held.keys.get(id) : undefined;
    return key ?? refreshed(id, now);
  };
}
