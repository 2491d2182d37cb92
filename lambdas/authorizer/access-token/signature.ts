import type { KeyObject } from 'node:crypto';
import type { Algorithm } from '../../lib/grammar';

export type { Algorithm };

/**
 * Checks the signature of a JWT in compact serialization with the key and algorithm of its issuer; an engine never chooses
 * either. The caller has checked the form, and that the header names this algorithm and nothing that changes
 * what is signed. An engine throws, or rejects, on errors that are not the token's.
 */
export type SignatureEngine = (token: string, key: KeyObject, algorithm: Algorithm) => boolean | Promise<boolean>;

const RSA_BITS = 2048;
/** Two integers of P-256 (RFC 7518, 3.4), or a point and an integer of Ed25519 (RFC 8032, 5.1.6). */
const CURVE_SIGNATURE_BYTES = 64;

/**
 * Length of a signature by a key; 0 when the key is not for the algorithm. Engines refuse any other: OpenSSL takes an
 * RSASSA-PSS signature without its leading zero bytes, against RFC 8017, 8.1.2.
 *
 * @throws {TypeError} when the key is too short for any signature
 */
export function signatureBytes(key: KeyObject, algorithm: Algorithm): number {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0, namedCurve } = {} } = key;
  if (algorithm === 'ES256' || algorithm === 'EdDSA') {
    const isFor = algorithm === 'EdDSA' ? type === 'ed25519' : namedCurve === 'prime256v1';
    return isFor ? CURVE_SIGNATURE_BYTES : 0;
  }
  if (type !== 'rsa') {
    return 0;
  }
  if (modulusLength < RSA_BITS) {
    throw new TypeError(`RSA key has ${modulusLength} bits, allowed are ${RSA_BITS} or more`);
  }
  return Math.ceil(modulusLength / 8);
}
