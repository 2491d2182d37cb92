import type { KeyObject } from 'node:crypto';
import { refreshedValue } from '../../lib/refreshed-value';
import type { IssuerConfig } from '../config';
import type { AuthorizerPorts } from '../ports';
import { AuthorizerError } from '../reasons';
import { usableKey } from './key-hygiene';
import type { Algorithm } from './signature';

/**
 * Finds the key with an id for an algorithm; `undefined` when the issuer has no such key. A promise is returned only where
 * the key set has to be waited for.
 */
export type KeyFinder = (kid: string, algorithm: Algorithm) => KeyObject | undefined | Promise<KeyObject | undefined>;

/** Gives the key with an id for an algorithm out of one set. */
type KeySet = (kid: string, algorithm: Algorithm) => KeyObject | undefined;

const REFRESH_AFTER_MS = 600_000;
/** Age from which requests wait for a new set, unless it was asked for in vain a moment before. */
const WAIT_AFTER_MS = 2 * REFRESH_AFTER_MS;
const MAX_STALE_MS = 86_400_000;
const COOLDOWN_MS = 30_000;

/**
 * Keys of one issuer. A fetched set is fetched again from an age of 10 minutes on, beside the requests, and when a token names a
 * key that it lacks; no more than once in 30 s, failures included, and once for all requests that wait. When the fetch
 * fails the last set serves until it is 24 h old. A key that is absent from a fetched set is dropped at once. An inline
 * set that comes with an address serves until the first fetch has succeeded, as one that is due.
 *
 * The finder rejects with an {@link AuthorizerError} when the key set cannot be had, so that an outage never looks like a
 * bad token.
 *
 * @throws {Error} when the inline set is no key set
 */
export function createKeyStore(issuer: IssuerConfig, ports: AuthorizerPorts): KeyFinder {
  const { jwks, jwksUri, algorithms } = issuer;
  return jwksUri
    ? remoteKeys(jwksUri, jwks && readKeySet(jwks, algorithms), algorithms, ports)
    : readKeySet(jwks, algorithms);
}

function remoteKeys(
  uri: string,
  packaged: KeySet | undefined,
  algorithms: readonly Algorithm[],
  ports: AuthorizerPorts,
): KeyFinder {
  const keySet = refreshedValue({
    clock: ports.clock,
    read: () =>
      ports
        .fetchKeySet(uri)
        .then((fetched) => readKeySet(fetched, algorithms))
        .catch(unreachable),
    freshMs: REFRESH_AFTER_MS,
    waitMs: WAIT_AFTER_MS,
    patienceMs: REFRESH_AFTER_MS,
    staleMs: MAX_STALE_MS,
    cooldownMs: COOLDOWN_MS,
    alwaysCoolsDown: true,
    initial: packaged,
    onFailure: (error) => ports.warn('key_set_refresh_failed', error),
  });

  return (kid, algorithm) => keySet.find((keyOf) => keyOf(kid, algorithm));
}

function unreachable(cause: unknown): never {
  throw new AuthorizerError('store_error', 'key set of the issuer cannot be fetched', cause);
}

/**
 * Reads a key set. Left out are keys without an id, keys whose id another key has too, and those that {@link usableKey} refuses,
 * which is judged when a key is first asked for: a cold start needs one key of many.
 *
 * @throws {Error} when it is no key set
 */
function readKeySet(keySet: unknown, algorithms: readonly Algorithm[]): KeySet {
  const list: unknown = (keySet as { keys?: unknown } | undefined)?.keys;
  if (!Array.isArray(list)) {
    throw new Error('key set has no list of keys');
  }
  const byId = new Map<
    string,
    { readonly jwk: unknown; readonly found: Partial<Record<Algorithm, KeyObject | undefined>> }
  >();
  for (const jwk of list) {
    const kid: unknown = jwk?.kid;
    if (typeof kid === 'string' && kid) {
      // Of keys with the same id none can be meant.
      byId.set(kid, { jwk: byId.has(kid) ? undefined : jwk, found: {} });
    }
  }
  return (kid, algorithm) => {
    const entry = byId.get(kid);
    if (entry && !(algorithm in entry.found)) {
      entry.found[algorithm] = algorithms.includes(algorithm) ? usableKey(entry.jwk, algorithm) : undefined;
    }
    return entry?.found[algorithm];
  };
}
