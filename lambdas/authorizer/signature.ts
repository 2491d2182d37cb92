import type { KeyObject } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import type { IssuerConfig } from './config';

/** Algorithm of an access token. */
export type Algorithm = IssuerConfig['algorithms'][number];

/**
 * Checks the signature of a JWT in compact serialization, whose form was checked before, with the key and algorithm of
 * its issuer. An engine never chooses either.
 */
export type SignatureEngine = (token: string, key: KeyObject, algorithm: Algorithm) => boolean | Promise<boolean>;

/** Engine on `jose`. It rejects on errors that are not the token's. */
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
