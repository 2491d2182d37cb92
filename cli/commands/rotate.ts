import { type Command, InvalidArgumentError } from 'commander';
import type { RotateOptions } from '../actions/rotate';
import { configOption, endpointOption, stateOption } from '../options';
import { AWS_CLIENTS, requirePackages } from '../packages';

/** `gatehouse rotate`: rotates a secret now; also makes the first value. */
export function registerRotate(program: Command): void {
  program
    .command('rotate')
    .description('rotate a secret now, or give it its first value')
    .argument('<secret>', 'name, or what follows <prefix>-<environment>: pepper, signing-keys, crm/token')
    .addOption(configOption())
    .option('-e, --environment <name>', 'environment of the configuration (default: the sandbox)')
    .option('-w, --wait', 'wait until the new version is current')
    .option('--timeout <seconds>', 'how long to wait', timeoutOf, 900)
    .addOption(endpointOption())
    .addOption(stateOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 rotated, or started without --wait; 1 too early, refused or abandoned, the version in use stays;' +
        '\n2 not finished within the time-out (Secrets Manager goes on); 64 wrong usage.',
    )
    .action((secret: string, options: RotateOptions) => {
      requirePackages('gatehouse rotate', AWS_CLIENTS);
      const { rotate } = require('../actions/rotate') as typeof import('../actions/rotate');
      return rotate(secret, options);
    });
}

function timeoutOf(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new InvalidArgumentError('allowed are whole seconds from 1 to 86400');
  }
  return seconds;
}
