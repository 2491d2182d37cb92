import { type Command, Option } from 'commander';
import { configOption, DEFAULT_STATE_FOLDER, endpointOption } from '../options';
import { TOKEN_VARIABLE } from './credential';

/** Options of every command that calls the token service. */
export interface ServiceOptions {
  /** Address of the token service, with its base path. */
  readonly url?: string;
  readonly tokenFile?: string;
  readonly config?: string;
  /** A deployed platform. @default - the sandbox */
  readonly environment?: string;
  readonly endpointUrl?: string;
  /** @default '.gatehouse' */
  readonly state: string;
  readonly json?: boolean;
  readonly table?: boolean;
}

const HELP = `
Which platform: --url names the token service itself; -e names an environment of the configuration, which is reached in AWS; without
either it is the sandbox that runs on the state folder. With which token: --token-file, else ${TOKEN_VARIABLE}, else what the sandbox
wrote, else a token of an administrator that is valid for five minutes, by AWS credentials. A token is never an argument.

Exit codes: 0 done; 1 refused, as for a contradiction to what is stored; 64 wrong usage; 65 the request is not valid; 66 it does not
exist; 69 the service cannot be reached or failed; 77 the credential is not accepted, or its role does not allow it.`;

/** Adds them, with what they mean at the end of the help. */
export function addServiceOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'address of the token service, with its base path').env('GATEHOUSE_URL'))
    .addOption(
      new Option('--token-file <file>', `file that holds the token, for its owner only (default: ${TOKEN_VARIABLE})`),
    )
    .addOption(configOption())
    .addOption(
      new Option(
        '-e, --environment <name>',
        'environment of the configuration, deployed to AWS (default: the sandbox)',
      ).env('GATEHOUSE_ENVIRONMENT'),
    )
    .addOption(endpointOption())
    .addOption(new Option('--state <folder>', 'state folder of the sandbox').default(DEFAULT_STATE_FOLDER))
    .addOption(new Option('--json', 'print JSON on a terminal too'))
    .addOption(new Option('--table', 'print a table into a pipe or file too').conflicts('json'))
    .addHelpText('after', HELP);
}
