import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { IssuerConfig } from './config';
import type { AuthorizerPorts } from './ports';
import { AuthorizerError } from './reasons';
import type { Algorithm } from './signature';

/** Finds the key with an id for an algorithm; `undefined` when the issuer has no such key. */
export type KeyFinder = (kid: string, algorithm: Algorithm) => Promise<KeyObject | undefined>;

type Keys = ReadonlyMap<string, KeyObject>;

const REFRESH_AFTER_MS = 600_000;
const MAX_STALE_MS = 86_400_000;
const COOLDOWN_MS = 30_000;
const RSA_BITS = 2048;

/** Type and curve of the keys of an algorithm (RFC 7518, 3.1; RFC 8037, 2). */
const KEY_TYPES: Readonly<Record<Algorithm, string>> = {
  RS256: 'RSA',
  PS256: 'RSA',
  ES256: 'EC P-256',
  EdDSA: 'OKP Ed25519',
};

/**
 * Keys of one issuer, inline or fetched. A fetched set is fetched again after 10 minutes, and when a token names a key
 * that it lacks; no more than once in 30 s, failures included, and once for all requests that wait. When a fetch fails
 * the last set serves for up to 24 h. A key that is absent from a fetched set is dropped at once. The finder rejects with
 * an {@link AuthorizerError} when the key set cannot be had, so that an outage never looks like a bad token.
 */
export function createKeyStore(issuer: IssuerConfig, ports: AuthorizerPorts): KeyFinder {
  const { jwks, jwksUri } = issuer;
  if (!jwksUri) {
    const keys = usableKeys(jwks, issuer.algorithms);
    return async (kid, algorithm) => keys.get(`${algorithm} ${kid}`);
  }
  let held: { readonly keys: Keys; readonly fetchedAt: number } | undefined;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let pending: Promise<void> | undefined;

  async function refresh(now: number): Promise<void> {
    attemptedAt = now;
    try {
      held = { keys: usableKeys(await ports.fetchKeySet(String(jwksUri)), issuer.algorithms), fetchedAt: now };
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      ports.warn('key_set_refresh_failed', error);
    }
    pending = undefined;
  }

  return async (kid, algorithm) => {
    const now = ports.clock();
    const name = `${algorithm} ${kid}`;
    if (!held?.keys.has(name) || now >= held.fetchedAt + REFRESH_AFTER_MS) {
      if (now >= attemptedAt + COOLDOWN_MS) {
        pending ??= refresh(now);
      }
      await pending;
    }
    const key = held && now < held.fetchedAt + MAX_STALE_MS ? held.keys.get(name) : undefined;
    if (!key && hasFailed) {
      throw new AuthorizerError('store_error', 'key set of the issuer cannot be fetched');
    }
    return key;
  };
}

/**
 * The keys of a set that may verify tokens, by algorithm and id. Left out are: keys without an id or with an id that another key has
 * too, secret and private keys, keys for another use or algorithm, RSA below 2048 bits or with an even or small
 * exponent, and whatever the cryptographic library cannot read.
 *
 * @throws {Error} when it is no key set
 */
function usableKeys(keySet: unknown, algorithms: readonly Algorithm[]): Keys {
  const list: unknown = (keySet as { keys?: unknown } | undefined)?.keys;
  if (!Array.isArray(list)) {
    throw new Error('key set has no list of keys');
  }
  const keys = new Map<string, KeyObject>();
  for (const jwk of list) {
    if (jwk && list.filter((other) => other?.kid === jwk.kid).length === 1) {
      for (const algorithm of algorithms) {
        const key = isFor(algorithm, jwk) && readKey(jwk);
        if (key) {
          keys.set(`${algorithm} ${jwk.kid}`, key);
        }
      }
    }
  }
  return keys;
}

function isFor(algorithm: Algorithm, jwk: Readonly<Record<string, unknown>>): boolean {
  const { kty, crv, kid, alg = algorithm, use = 'sig', key_ops: operations = ['verify'] } = jwk;
  return (
    (crv ? `${kty} ${crv}` : kty) === KEY_TYPES[algorithm] &&
    alg === algorithm &&
    use === 'sig' &&
    Array.isArray(operations) &&
    operations.includes('verify') &&
    !!kid &&
    typeof kid === 'string' &&
    !('d' in jwk)
  );
}

/** The key, if the library reads it, which also proves that a point is on its curve, and an RSA key is strong enough. */
function readKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const { modulusLength = RSA_BITS, publicExponent = 65537n } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= RSA_BITS && publicExponent > 65536n && publicExponent % 2n ? key : undefined;
  } catch {
    // A key that cannot be read is as good as absent: tokens that name it are refused, the others are not touched.
    return undefined;
  }
}
