import { type Command, Option } from 'commander';
import type { StatusOptions } from '../actions/secrets-status';
import { configOption, endpointOption, stateOption } from '../options';
import { AWS_CLIENTS, requirePackages } from '../packages';

/** `gatehouse secrets status`: what is rotated, how old it is, what is left behind, who still uses what was before. */
export function registerSecrets(program: Command): void {
  const secrets = program.command('secrets').description('look at the rotating secrets of a platform');
  secrets
    .command('status')
    .description('versions, labels, ages, next dates, credentials, and what is wrong')
    .argument(
      '[secret...]',
      'only these (default: every secret that the configuration has rotated, and every rotating secret of the environment)',
    )
    .addOption(configOption())
    .option('-e, --environment <name>', 'environment of the configuration (default: the sandbox)')
    .addOption(new Option('--format <name>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(endpointOption())
    .addOption(stateOption())
    .addHelpText(
      'after',
      '\nA secret of the configuration that is not there is reported too. A rotation that was only postponed is no problem.' +
        '\nA previous version that is still read, and a retired credential that is used by tokens or requests, have users yet.' +
        '\nNo value is ever read. Exit codes: 0 nothing is wrong; 1 something is, or AWS refused; 64 wrong usage.',
    )
    .exitOverride()
    .action((names: string[], options: StatusOptions) => {
      requirePackages('gatehouse secrets status', AWS_CLIENTS);
      const { secretsStatus } = require('../actions/secrets-status') as typeof import('../actions/secrets-status');
      return secretsStatus(names, options);
    });
}
