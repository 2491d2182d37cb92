import { parseOwnKeySetAddress } from '../../lib/own-key-set';
import { publicKeysOf } from '../../lib/public-key-set';
import { readRotationRecord } from '../../lib/rotation-table';

/**
 * Reads the platform's own public keys where they are kept, so that its authorizers depend on no public address.
 *
 * @throws {Error} for an address of another kind, and when nothing is published there
 */
export async function readOwnKeySet(address: string): Promise<unknown> {
  const place = parseOwnKeySetAddress(address);
  if (!place) {
    throw new Error(`key set address of the protocol ${new URL(address).protocol} is not supported, expected https`);
  }
  const keys = publicKeysOf(await readRotationRecord(place));
  if (keys.length === 0) {
    throw new Error('no signing key is published yet');
  }
  return { keys };
}
