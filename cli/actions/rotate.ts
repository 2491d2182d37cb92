import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CliError, EXIT } from '../errors';
import type { PlatformOptions, PlatformTarget } from '../platform';
import { clientOptions, platformOf } from '../platform';
import { type RotationOutcome, reasonOf, refuseTooEarly, rotateNow } from '../rotate';
import { orSandbox } from '../sandbox-platform';
import { secretNameOf } from '../secret-name';

export interface RotateOptions extends Partial<PlatformOptions> {
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
export async function rotate(secret: string, given: RotateOptions): Promise<void> {
  const options = orSandbox(given, 'gatehouse rotate');
  const target = platformOf(options);
  const name = secretNameOf(target.namePrefix, secret);
  refuseUnknown(secret, name, options.environment, target);
  const client = new SecretsManagerClient(clientOptions(target));
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

/** A whole name may be a secret of the user's own stack, which the configuration does not know. A short name may not. */
function refuseUnknown(secret: string, name: string, environment: string, target: PlatformTarget): void {
  const { namePrefix, plannedSecrets = [] } = target;
  const isWhole = secret === name && /^[\w/+=.@-]+$/.test(name);
  if (isWhole || plannedSecrets.includes(name)) {
    return;
  }
  const allowed = plannedSecrets.map((planned) => planned.slice(namePrefix.length + 1)).join(', ');
  throw new CliError(
    `the secret is ${JSON.stringify(secret)}, allowed in the environment ${environment} are ${allowed}, and whole names that begin with ${namePrefix}`,
    EXIT.usage,
  );
}
