import { type Command, InvalidArgumentError, Option } from 'commander';
import type { StartOptions } from '../actions/start';
import { configOption, DEFAULT_STATE_FOLDER, synthFolderOption } from '../options';
import { AWS_CLIENTS, requirePackages, SANDBOX_PACKAGES } from '../packages';

/** `gatehouse start`: synthesize, audit, then serve the stacks of one environment on loopback. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('synthesize, audit and serve one environment locally, with a freshly issued token')
    .addOption(configOption())
    .addOption(synthFolderOption())
    .option('-e, --environment <name>', 'environment to serve (default: the first of the configuration)')
    .addOption(new Option('-p, --port <number>', 'port on 127.0.0.1').env('PORT').default(8787).argParser(portOf))
    .addOption(
      new Option('--aws-port <number>', 'port of the local AWS services on 127.0.0.1, 0 takes a free one')
        .default(0)
        .argParser(portOf),
    )
    .option('--state <folder>', 'state that survives a restart: tokens, secrets, logs', DEFAULT_STATE_FOLDER)
    .option('--fresh', 'begin with an empty state: what the sandbox kept in the folder is deleted')
    .option('--json', 'print what is served in one line of JSON, with the tokens; everything else goes to stderr')
    .addHelpText(
      'after',
      '\nNothing is served when a step fails, also the issue of the token. Ctrl-C stops. Exit codes: 0 stopped; 1 the port or' +
        '\nthe state folder cannot be used, or a step failed; 64 wrong usage or configuration; 73 the output folder' +
        '\ncannot be written, or holds something and was not written by gatehouse.',
    )
    .action((options: StartOptions) => {
      requirePackages('gatehouse start', [...SANDBOX_PACKAGES, ...AWS_CLIENTS]);
      const { start } = require('../actions/start') as typeof import('../actions/start');
      return start(options);
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('allowed are whole numbers from 0 to 65535');
  }
  return port;
}
