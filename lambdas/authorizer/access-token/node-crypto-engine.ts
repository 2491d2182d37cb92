import { constants, type KeyObject, verify } from 'node:crypto';
import { type Algorithm, type SignatureEngine, signatureBytes } from './signature';

/**
 * Engine on the synchronous `verify` of `node:crypto`. A function's environment serves one request at a time, so that nothing
 * is gained by handing a verification to another thread, and a promise for it would only cost.
 */
export const nodeCryptoEngine: SignatureEngine = (token, key, algorithm) => {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return (
    signature.length === signatureBytes(key, algorithm) &&
    // What is signed is the text of two segments, which are base64url and so have a byte for each character.
    verify(hashOf(algorithm), Buffer.from(token.slice(0, end), 'latin1'), withParameters(key, algorithm), signature)
  );
};

/** Hash by the number in the algorithm's name (RFC 7518, 3.1); Ed25519 brings its own. */
function hashOf(algorithm: Algorithm): string | null {
  return algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
}

function withParameters(key: KeyObject, algorithm: Algorithm) {
  switch (algorithm[0]) {
    case 'P':
      // The salt is as long as the hash (RFC 7518, 3.5).
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    case 'R':
      // Padding of PKCS #1 v1.5 is what an RSA key stands for by itself.
      return key;
    default:
      // Two integers of 32 bytes, not DER (RFC 7518, 3.4); Ed25519 knows no encodings.
      return { key, dsaEncoding: 'ieee-p1363' as const };
  }
}
