import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Command, Option } from 'commander';
import { CliError, EXIT } from '../errors';
import { configOption, endpointOption, stateOption } from '../options';
import { clientOptions, type PlatformOptions, platformOf } from '../platform';
import { secretNameOf } from '../secret-name';
import { reportSecret, rotatingSecrets } from '../secret-status';
import { renderReports } from '../secret-table';

interface StatusCommandOptions extends PlatformOptions {
  readonly format: 'text' | 'json';
}

/** `gatehouse secrets status`: what is rotated, how old it is, what is left behind, who still uses what was before. */
export function registerSecrets(program: Command): void {
  const secrets = program.command('secrets').description('look at the rotating secrets of a platform').exitOverride();
  secrets
    .command('status')
    .description('versions, labels, ages, next dates, credentials, and what is wrong')
    .argument(
      '[secret...]',
      'only these (default: every secret that the configuration has rotated, and every rotating secret of the environment)',
    )
    .addOption(configOption())
    .requiredOption('-e, --environment <name>', 'environment of the configuration')
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
    .action(async (names: string[], options: StatusCommandOptions) => {
      const target = platformOf(options);
      const clients = {
        secrets: new SecretsManagerClient(clientOptions(target)),
        lambda: new LambdaClient(clientOptions(target)),
      };
      const { plannedSecrets: planned = [] } = target;
      const wanted =
        names.length > 0
          ? names.map((name) => secretNameOf(target.namePrefix, name))
          : [...new Set([...planned, ...(await rotatingSecrets(clients.secrets, target.namePrefix))])].sort();
      if (wanted.length === 0) throw new CliError(`no secret of ${target.namePrefix} is rotated`);
      const now = Date.now();
      const reports = await Promise.all(wanted.map((name) => reportSecret(clients, name, now)));
      process.stdout.write(
        options.format === 'json' ? `${JSON.stringify(reports, null, 2)}\n` : renderReports(reports, now),
      );
      process.exitCode = reports.some(({ problems }) => problems.length > 0) ? EXIT.failed : EXIT.ok;
    });
}
