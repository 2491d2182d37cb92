import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EXIT } from '../errors';
import type { PlatformOptions } from '../platform';
import { clientOptions, platformOf } from '../platform';
import { type RotationOutcome, reasonOf, refuseTooEarly, rotateNow } from '../rotate';
import { secretNameOf } from '../secret-name';

export interface RotateOptions extends PlatformOptions {
  readonly wait?: boolean;
  readonly timeout: number;
}

/** The rotation goes on by itself, but nobody waited for its end. */
const EXIT_UNFINISHED = 2;
const CODES: Readonly<Record<RotationOutcome, number>> = {
  rotated: EXIT.ok,
  started: EXIT.ok,
  abandoned: EXIT.failed,
  unfinished: EXIT_UNFINISHED,
};

/** Rotates a secret of a platform now. */
export async function rotate(secret: string, options: RotateOptions): Promise<void> {
  const target = platformOf(options);
  const client = new SecretsManagerClient(clientOptions(target));
  const name = secretNameOf(target.namePrefix, secret);
  const lambda = new LambdaClient(clientOptions(target));
  await refuseTooEarly({ secrets: client, lambda }, name);
  const outcome = await rotateNow(client, {
    secret: name,
    wait: options.wait === true,
    timeoutSeconds: options.timeout,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  const reason = outcome === 'abandoned' ? await reasonOf({ secrets: client, lambda }, name) : undefined;
  if (reason !== undefined) process.stderr.write(`${name}: ${reason}\n`);
  process.exitCode = CODES[outcome];
}
