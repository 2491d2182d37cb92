import { createHash, type JsonWebKey } from 'node:crypto';
import { isEdwardsKey } from '../../../authorizer/access-token/edwards';
import { usableKey } from '../../../authorizer/access-token/key-hygiene';
import { type ClientKey, MOST_CLIENT_KEYS } from '../../../lib/client-record';
import { ALGORITHMS, type Algorithm, PRIVATE_JWK_MEMBERS } from '../../../lib/grammar';
import { type Jwk, publicMembers } from '../../../lib/signing-keys';
import type { FaultDetail } from '../fault';

/** Names of keys can stand in a path. */
const KID = /^[A-Za-z0-9._~-]{1,128}$/;

/** What {@link readPublicKey} accepts, for people. */
const EXPECTED =
  'a key of P-256 (ES256), Ed25519 (EdDSA), or RSA of 2048 to 8192 bits with "alg" PS256 or RS256, for signatures and strong enough';

/**
 * Reads a public key of a client. It is held to what the authorizer asks of the keys of issuers, and its public members alone are kept.
 *
 * @param path where the key stands in the command
 * @param now epoch seconds
 * @returns what is wrong with it, where something is; no value of the key is repeated
 */
export function readPublicKey(jwk: Jwk, path: FaultDetail['path'], now: number): ClientKey | FaultDetail {
  const place = path.join('.');
  const secret = PRIVATE_JWK_MEMBERS.filter((name) => name in jwk);
  if (secret.length > 0) {
    const what = jwk.kty === 'oct' ? 'a symmetric key' : 'a private key';
    return {
      path,
      text: `${place} is ${what}, with the member ${secret.join(', ')}, expected a public key; it has left its owner, so make another`,
    };
  }
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined || usableKey(jwk, algorithm, () => ({ isEdwardsKey })) === undefined) {
    return { path, text: `${place} is not a key that may verify assertions, expected ${EXPECTED}` };
  }
  const kid = jwk.kid ?? thumbprint(jwk);
  if (typeof kid !== 'string' || !KID.test(kid)) {
    return {
      path: [...path, 'kid'] as [string, ...(string | number)[]],
      text: `${place}.kid is not a name of a key, expected 1 to 128 of A-Z a-z 0-9 . _ ~ -`,
    };
  }
  return { kid, algorithm, publicJwk: { ...publicMembers(jwk), kid, alg: algorithm }, createdAt: now };
}

/** Whether reading a key has failed. */
export function isFault(read: ClientKey | FaultDetail): read is FaultDetail {
  return 'text' in read;
}

/** Whether two keys are the same, whatever they are called. */
export function isSameKey(one: Pick<ClientKey, 'publicJwk'>, other: Pick<ClientKey, 'publicJwk'>): boolean {
  return thumbprint(one.publicJwk) === thumbprint(other.publicJwk);
}

/** The keys of a command, and everything that is wrong with them. */
export function readPublicKeys(
  jwks: readonly Jwk[],
  now: number,
): { readonly keys: readonly ClientKey[]; readonly faults: readonly FaultDetail[] } {
  const read = jwks.map((jwk, index) => readPublicKey(jwk, ['keys', index], now));
  const keys = read.flatMap((one) => (isFault(one) ? [] : [one]));
  const faults = read.filter(isFault);
  if (jwks.length > MOST_CLIENT_KEYS) {
    faults.push({ path: ['keys'], text: `keys has ${jwks.length} entries, expected at most ${MOST_CLIENT_KEYS}` });
  }
  for (const [index, key] of keys.entries()) {
    if (keys.slice(0, index).some((other) => other.kid === key.kid || isSameKey(other, key))) {
      faults.push({
        path: ['keys', index],
        text: `keys.${index} has the name of another key, or is the same, expected each key once, with a "kid" of its own`,
      });
    }
  }
  return { keys, faults };
}

/** The one algorithm of a key: that of its curve, and for RSA, which has two, the one that it says. */
function algorithmOf({ kty, crv, alg }: Jwk): Algorithm | undefined {
  if (kty === 'RSA') {
    return ALGORITHMS.find((one) => one === alg && (one === 'PS256' || one === 'RS256'));
  }
  if (kty === 'EC' && crv === 'P-256') {
    return 'ES256';
  }
  return kty === 'OKP' && crv === 'Ed25519' ? 'EdDSA' : undefined;
}

/** Thumbprint of a public key (RFC 7638, 3; RFC 8037, 2). */
function thumbprint(jwk: Jwk): string {
  const { kty, crv, x, y, n, e } = jwk as JsonWebKey;
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
