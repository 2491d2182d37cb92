import { compactVerify } from 'jose';
import { type SignatureEngine, signatureBytes } from '../signature';

/** Engine on `jose`, which verifies with WebCrypto, in another thread. */
export const joseEngine: SignatureEngine = async (token, key, algorithm) => {
  const characters = token.length - token.lastIndexOf('.') - 1;
  if (characters !== Math.ceil((signatureBytes(key, algorithm) * 4) / 3)) {
    return false;
  }
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    // The codes of the library's errors; the classes would be more to load.
    if (String((error as { code?: unknown }).code).startsWith('ERR_J')) {
      return false;
    }
    throw error;
  }
};
