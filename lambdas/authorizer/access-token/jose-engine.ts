import { type KeyObject, webcrypto } from 'node:crypto';
import { compactVerify } from 'jose';
import { type Algorithm, type SignatureEngine, signatureBytes } from './signature';

/** Keys as WebCrypto takes them. The library would turn a key object into one for every token, a fifth of its time. */
const webKeys = new WeakMap<KeyObject, Partial<Record<Algorithm, Promise<webcrypto.CryptoKey>>>>();

/** Engine on `jose`, which verifies with WebCrypto, in another thread. */
export const joseEngine: SignatureEngine = async (token, key, algorithm) => {
  const characters = token.length - token.lastIndexOf('.') - 1;
  if (characters !== Math.ceil((signatureBytes(key, algorithm) * 4) / 3)) {
    return false;
  }
  try {
    await compactVerify(token, await webKey(key, algorithm), { algorithms: [algorithm] });
    return true;
  } catch (error) {
    // The codes of the library's errors; the classes would be more to load.
    if (String((error as { code?: unknown }).code).startsWith('ERR_J')) {
      return false;
    }
    throw error;
  }
};

/** The key for an algorithm; WebCrypto keeps one for each. */
function webKey(key: KeyObject, algorithm: Algorithm): Promise<webcrypto.CryptoKey> {
  let keys = webKeys.get(key);
  if (!keys) {
    keys = {};
    webKeys.set(key, keys);
  }
  keys[algorithm] ??= webcrypto.subtle.importKey('jwk', key.export({ format: 'jwk' }), importOf(algorithm), false, [
    'verify',
  ]);
  return keys[algorithm];
}

/** How WebCrypto calls the keys of an algorithm: hashes by the number in its name (RFC 7518, 3.1). */
function importOf(algorithm: Algorithm) {
  const hash = `SHA-${algorithm.slice(2)}`;
  switch (algorithm[0]) {
    case 'R':
      return { name: 'RSASSA-PKCS1-v1_5', hash };
    case 'P':
      return { name: 'RSA-PSS', hash };
    default:
      return algorithm === 'EdDSA' ? 'Ed25519' : { name: 'ECDSA', namedCurve: 'P-256' };
  }
}
