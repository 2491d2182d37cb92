import type { IConstruct } from 'constructs';
import { isKeyFor, usableKey } from '../../lambdas/authorizer/config';
import type { Algorithm } from '../../lambdas/lib/grammar';
import { ConstructError } from '../support/errors';

/** Algorithms of an issuer that names none. */
export const DEFAULT_ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256'];

const RSA_KEYS =
  'RSA keys of 2048 to 8192 bits with an odd exponent from 65537 and of at most 32 bits, of no generator that is known to be weak';

const GOOD_KEYS: Readonly<Record<Algorithm, string>> = {
  RS256: RSA_KEYS,
  PS256: RSA_KEYS,
  ES256: 'points of P-256 with coordinates of 32 bytes each, in base64url without padding',
  EdDSA: 'points of Ed25519 in their one encoding of 32 bytes, in base64url without padding, and not of small order',
};

/**
 * Refuses keys that say they are for an algorithm of their issuer and are no good for it: the authorizer would leave them
 * out, and whoever wrote them into a configuration made a mistake, or was made to. Keys for anything else are left alone,
 * because a copied key set often has some.
 *
 * @throws {ConstructError} with the first; never quotes key material
 */
export function validateKeyQuality(
  scope: IConstruct,
  keys: readonly Readonly<Record<string, unknown>>[],
  algorithms: readonly Algorithm[],
  path: string,
): void {
  keys.forEach((key, index) => {
    const algorithm = algorithms.find((one) => isKeyFor(one, key) && usableKey(key, one) === undefined);
    if (algorithm !== undefined) {
      throw new ConstructError(
        `${path}.jwks.keys[${index}] is not a valid public key for ${algorithm}, allowed are ${GOOD_KEYS[algorithm]}`,
        scope,
      );
    }
  });
}
