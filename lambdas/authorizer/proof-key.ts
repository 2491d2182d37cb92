import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Algorithm } from './signature';

/** Members that only private and symmetric keys have (RFC 7518, 6.2.2, 6.3.2 and 6.4.1; RFC 8037, 2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const KEY_TYPES: Readonly<Record<Algorithm, string>> = {
  RS256: 'RSA',
  PS256: 'RSA',
  ES256: 'EC P-256',
  EdDSA: 'OKP Ed25519',
};
const RSA_BITS = 2048;

/** The public key that a proof carries, when it may verify with an algorithm. */
export function proofKey(value: unknown, algorithm: Algorithm): KeyObject | undefined {
  if (typeof value !== 'object' || value === null || PRIVATE_MEMBERS.some((name) => name in value)) {
    return undefined;
  }
  const jwk = value as JsonWebKey;
  const { kty, crv, alg = algorithm, use = 'sig', key_ops: operations = ['verify'] } = jwk;
  const isMeant =
    (crv ? `${kty} ${crv}` : kty) === KEY_TYPES[algorithm] &&
    alg === algorithm &&
    use === 'sig' &&
    Array.isArray(operations) &&
    operations.includes('verify');
  try {
    const key = isMeant ? createPublicKey({ key: jwk, format: 'jwk' }) : undefined;
    const { modulusLength = RSA_BITS, publicExponent = 65537n } = key?.asymmetricKeyDetails ?? {};
    return modulusLength >= RSA_BITS && publicExponent > 65536n && publicExponent % 2n ? key : undefined;
  } catch {
    // A key that cannot be read proves nothing: the proof is refused.
    return undefined;
  }
}
