import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../stacks/config';
import { bootstrap } from '../bootstrap';
import { CliError, EXIT } from '../errors';
import { configOption, findConfig } from '../options';

interface BootstrapOptions {
  readonly config?: string;
  readonly environment: string;
  readonly name?: string;
  readonly lifetime?: number;
  readonly endpointUrl?: string;
}

/** `gatehouse bootstrap`: the very first administrator token, with AWS credentials only. */
export function registerBootstrap(program: Command): void {
  program
    .command('bootstrap')
    .description('give the pepper its first value and issue an administrator token, with AWS credentials only')
    .addOption(configOption())
    .requiredOption('-e, --environment <name>', 'environment of the configuration')
    .option('--name <text>', 'name of the token')
    .option('--lifetime <seconds>', 'lifetime of the token, at most 86400 (default: 3600)', lifetimeOf)
    .option('--endpoint-url <url>', 'endpoint in place of AWS: the sandbox or an emulator')
    .addHelpText('after', '\nThe token is printed once, alone on stdout; everything else goes to stderr.')
    .action(async (options: BootstrapOptions) => {
      const { config } = loadConfig(findConfig(options.config));
      const environment = config.environments[options.environment];
      if (environment === undefined) {
        const known = Object.keys(config.environments).join(', ');
        throw new CliError(`no environment ${options.environment}, there are ${known}`, EXIT.usage);
      }
      const issued = await bootstrap(
        {
          namePrefix: `${config.prefix}-${options.environment}`,
          region: environment.region ?? config.region,
          endpoint: options.endpointUrl,
        },
        { name: options.name, lifetimeSeconds: options.lifetime },
      );
      process.stderr.write(
        `${issued.pepperCreated ? 'pepper created; ' : ''}administrator token ${issued.id}, expires ${issued.expiresAt}\n`,
      );
      process.stdout.write(`${issued.token}\n`);
    });
}

function lifetimeOf(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > 86_400) {
    throw new InvalidArgumentError('allowed are whole seconds from 60 to 86400');
  }
  return seconds;
}
