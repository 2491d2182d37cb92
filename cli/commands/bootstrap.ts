import { type Command, InvalidArgumentError } from 'commander';
import type { BootstrapOptions } from '../actions/bootstrap';
import { configOption, endpointOption, stateOption } from '../options';
import { AWS_CLIENTS, requirePackages } from '../packages';

/** `gatehouse bootstrap`: the very first administrator token, with AWS credentials only. */
export function registerBootstrap(program: Command): void {
  program
    .command('bootstrap')
    .description('give the pepper its first value and issue an administrator token, with AWS credentials only')
    .addOption(configOption())
    .requiredOption('-e, --environment <name>', 'environment of the configuration')
    .option('--name <text>', 'name of the token')
    .option('--lifetime <seconds>', 'lifetime of the token, at most 86400 (default: 3600)', lifetimeOf)
    .addOption(endpointOption())
    .addOption(stateOption())
    .addHelpText('after', '\nThe token is printed once, alone on stdout; everything else goes to stderr.')
    .action((options: BootstrapOptions) => {
      requirePackages('gatehouse bootstrap', AWS_CLIENTS);
      const { printFirstToken } = require('../actions/bootstrap') as typeof import('../actions/bootstrap');
      return printFirstToken(options);
    });
}

function lifetimeOf(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > 86_400) {
    throw new InvalidArgumentError('allowed are whole seconds from 60 to 86400');
  }
  return seconds;
}
