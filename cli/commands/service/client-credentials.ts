import { Argument, type Command, Option } from 'commander';
import type { RotateClientOptions } from '../../actions/service/client-rotate';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { clientId, durationOf } from '../values';
import { addSecretOptions } from './secret-options';

const ROTATE_HELP = `
The new secret is printed once, alone on stdout. The id stays, and the secret before is accepted until the overlap ends.

Examples:
  secret=$(gatehouse client rotate 7Hq2Lm9QxT4vW8za --overlap 1d)
  gatehouse client rotate 7Hq2Lm9QxT4vW8za --replace-newest --into-secret warehouse/client -e prod`;

/** The commands about what a client proves by who it is. */
export function registerClientCredentials(client: Command): void {
  addServiceOptions(
    addSecretOptions(
      client.command('rotate').description('give a client a new secret; it is shown this once').addArgument(clientId()),
    )
      .addOption(
        new Option(
          '--overlap <duration>',
          "how long the secret before is still accepted: 7d, 12h, 30m or seconds (default: the platform's)",
        ).argParser(durationOf),
      )
      .option('--replace-newest', 'the newest secret was lost: replace it, an older one keeps its end'),
  )
    .addHelpText('after', ROTATE_HELP)
    .action((id: string, options: RotateClientOptions) => {
      const { rotateClient } =
        require('../../actions/service/client-rotate') as typeof import('../../actions/service/client-rotate');
      return rotateClient(id, options);
    });

  addServiceOptions(
    client.command('end-grace').description('refuse the secret before the newest from now on').addArgument(clientId()),
  )
    .addHelpText('after', '\nExample: gatehouse client end-grace 7Hq2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().endGrace(id, options));

  addServiceOptions(
    client
      .command('add-key')
      .description('give a client another public key, at most four')
      .addArgument(clientId())
      .addArgument(new Argument('<file>', 'file with the public key as a JSON Web Key, - reads the standard input')),
  )
    .addHelpText(
      'after',
      '\nA private key is refused, and is not sent. Example: gatehouse client add-key 7Hq2Lm9QxT4vW8za public.jwk.json',
    )
    .action((id: string, file: string, options: ServiceOptions) => changes().addKey(id, file, options));

  addServiceOptions(
    client
      .command('remove-key')
      .description('take a public key of a client away, and refuse the tokens that the client has')
      .addArgument(clientId())
      .addArgument(new Argument('<kid>', 'name of the key, as client show prints it')),
  )
    .addHelpText('after', '\nExample: gatehouse client remove-key 7Hq2Lm9QxT4vW8za k-2026')
    .action((id: string, kid: string, options: ServiceOptions) => changes().removeKey(id, kid, options));
}

function changes(): typeof import('../../actions/service/client-changes') {
  return require('../../actions/service/client-changes') as typeof import('../../actions/service/client-changes');
}
