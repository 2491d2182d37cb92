import { createHmac, hkdfSync } from 'node:crypto';
import { equalText } from '../../authorizer/sender/equal-text';
import type { Peppers } from '../peppers';

/** How long a nonce is handed out; it is accepted for as long again. In seconds. */
const WINDOW_SECONDS = 60;
const INFO = 'gatehouse: nonces of DPoP proofs, version 1';

/** Nonces for DPoP proofs (RFC 9449, 8): by them a proof shows that it was made now. Nothing about them is stored. */
export interface Nonces {
  /** The nonce of this moment. */
  current(now: number): Promise<string>;
  /** Whether a nonce was handed out in this window or in the one before. */
  isCurrent(nonce: unknown, now: number): Promise<boolean>;
}

/**
 * Makes the nonces of an issuer. Their key is derived from the pepper (RFC 5869) with a text of its own, so that it is of no use for
 * anything else. Every pepper of the secret counts: while it rotates, execution environments hold different versions of it.
 */
export function createNonces(peppers: Peppers, issuer: string): Nonces {
  const keys = new WeakMap<Buffer, Buffer>();

  function nonceOf(pepper: Buffer, window: number): string {
    let key = keys.get(pepper);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', pepper, issuer, INFO, 32));
      keys.set(pepper, key);
    }
    return createHmac('sha256', key).update(String(window)).digest('base64url').slice(0, 32);
  }

  return {
    current: async (now) => nonceOf(await peppers.current(), Math.floor(now / WINDOW_SECONDS)),
    isCurrent: async (nonce, now) => {
      if (typeof nonce !== 'string') {
        return false;
      }
      const window = Math.floor(now / WINDOW_SECONDS);
      const accepted = (await peppers.all()).flatMap((pepper) => [
        nonceOf(pepper, window),
        nonceOf(pepper, window - 1),
      ]);
      return accepted.some((one) => equalText(one, nonce));
    },
  };
}
