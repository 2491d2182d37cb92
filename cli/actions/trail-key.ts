import { callAws, type PlatformOptions } from '../platform';
import { trailOf } from '../trail-access';

/** Prints the public key of the seals. */
export async function printTrailKey(options: Partial<PlatformOptions>): Promise<void> {
  const { key } = await trailOf(options, 'gatehouse trail key');
  const publicKey = await callAws('read the public key of the audit trail', () => key.publicKey());
  process.stdout.write(publicKey.export({ type: 'spki', format: 'pem' }).toString());
}
