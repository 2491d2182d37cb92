import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../errors';
import { configOption, endpointOption, stateOption } from '../options';
import { clientOptions, type PlatformOptions, platformOf } from '../platform';
import { type RotationOutcome, reasonOf, refuseTooEarly, rotateNow } from '../rotate';
import { secretNameOf } from '../secret-name';

interface RotateCommandOptions extends PlatformOptions {
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

/** `gatehouse rotate`: rotates a secret now; also makes the first value. */
export function registerRotate(program: Command): void {
  program
    .command('rotate')
    .description('rotate a secret now, or give it its first value')
    .argument('<secret>', 'name, or what follows <prefix>-<environment>: pepper, signing-keys, crm/token')
    .addOption(configOption())
    .requiredOption('-e, --environment <name>', 'environment of the configuration')
    .option('-w, --wait', 'wait until the new version is current')
    .option('--timeout <seconds>', 'how long to wait', timeoutOf, 900)
    .addOption(endpointOption())
    .addOption(stateOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 rotated, or started without --wait; 1 too early, refused or abandoned, the version in use stays;' +
        '\n2 not finished within the time-out (Secrets Manager goes on); 64 wrong usage.',
    )
    .action(async (secret: string, options: RotateCommandOptions) => {
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
    });
}

function timeoutOf(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new InvalidArgumentError('allowed are whole seconds from 1 to 86400');
  }
  return seconds;
}
