import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { CliError, EXIT } from './errors';

/** Default folder of the synthesized stacks, as cdktf names it. */
export const DEFAULT_SYNTH_FOLDER = 'cdktf.out';

/** Default folder of the sandbox's state. */
export const DEFAULT_STATE_FOLDER = '.gatehouse';

const EXAMPLE_CONFIG = 'examples/homepage-dashboard/gatehouse.config.json';

/** `--config`, with the environment variable that cdktf's own commands use. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'configuration file (default: gatehouse.config.json, else the example)').env(
    'GATEHOUSE_CONFIG',
  );
}

/** `--endpoint-url`, for the sandbox or an emulator. */
export function endpointOption(): Option {
  return new Option('--endpoint-url <url>', 'endpoint in place of AWS: the sandbox or an emulator');
}

/** `--state`, where a sandbox wrote the credentials that its endpoint demands. */
export function stateOption(): Option {
  return new Option('--state <folder>', 'state folder of the sandbox at --endpoint-url').default(DEFAULT_STATE_FOLDER);
}

/** `--out`, the folder of the synthesized stacks. */
export function synthFolderOption(): Option {
  return new Option('-o, --out <folder>', 'folder of the synthesized stacks').default(DEFAULT_SYNTH_FOLDER);
}

/**
 * The configuration file to use: the one named, else `gatehouse.config.json` here, else the example of the kit.
 *
 * @throws {CliError} when there is none
 */
export function findConfig(named: string | undefined): string {
  const found = named ?? ['gatehouse.config.json', EXAMPLE_CONFIG].find((file) => existsSync(file));
  if (found === undefined) {
    throw new CliError('no gatehouse.config.json in this folder: name a configuration with --config', EXIT.usage);
  }
  return found;
}
