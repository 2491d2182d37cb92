import { compactVerify, errors } from 'jose';
import type { SignatureEngine } from './signature';

/**
 * Engine on `jose`, for those who prefer a library to the few lines of `nodeSignatureEngine`, and the oracle in the tests of
 * the latter. A handler that uses it has a bundle of more than 25 kB.
 */
export const joseSignatureEngine: SignatureEngine = async (token, key, algorithm) => {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      return false;
    }
    throw error;
  }
};
