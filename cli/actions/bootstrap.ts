import { bootstrap } from '../bootstrap';
import type { PlatformOptions } from '../platform';
import { platformOf } from '../platform';

export interface BootstrapOptions extends PlatformOptions {
  readonly name?: string;
  readonly lifetime?: number;
}

/** Gives a platform its first pepper, and prints its first administrator token. */
export async function printFirstToken(options: BootstrapOptions): Promise<void> {
  const issued = await bootstrap(platformOf(options), {
    name: options.name,
    lifetimeSeconds: options.lifetime,
  });
  process.stderr.write(
    `${issued.pepperCreated ? 'pepper created; ' : ''}${issued.signingKeysCreated ? 'signing keys created; ' : ''}administrator token ${issued.id}, expires ${issued.expiresAt}\n`,
  );
  process.stdout.write(`${issued.token}\n`);
}
