import { type Command, Option } from 'commander';
import type { RotateTokenOptions } from '../../actions/service/token-rotate';
import type { ServiceOptions } from '../../token-service/options';
import { addServiceOptions } from '../../token-service/options';
import { durationOf, tokenId } from '../values';
import { addSecretOptions } from './secret-options';

const ROTATE_HELP = `
The new token is printed once, alone on stdout. The id stays, and the secret before is accepted until the overlap ends.

Examples:
  token=$(gatehouse token rotate 5Jk2Lm9QxT4vW8za --overlap 1d)
  gatehouse token rotate 5Jk2Lm9QxT4vW8za --overlap 1h --from-first-use --into-secret shop/ci/token -e prod`;

/** The commands that change one token. */
export function registerTokenChanges(token: Command): void {
  addServiceOptions(
    addSecretOptions(
      token.command('rotate').description('give a token a new secret; it is shown this once').addArgument(tokenId()),
    )
      .addOption(
        new Option(
          '--overlap <duration>',
          "how long the secret before is still accepted: 7d, 12h, 30m or seconds (default: the platform's)",
        ).argParser(durationOf),
      )
      .option('--from-first-use', 'the overlap begins with the first use of the new secret')
      .option('--replace-newest', 'the newest secret was lost: replace it, an older one keeps its end'),
  )
    .addHelpText('after', ROTATE_HELP)
    .action((id: string, options: RotateTokenOptions) => {
      const { rotateToken } =
        require('../../actions/service/token-rotate') as typeof import('../../actions/service/token-rotate');
      return rotateToken(id, options);
    });

  addServiceOptions(
    token.command('end-grace').description('refuse the secret before the newest from now on').addArgument(tokenId()),
  )
    .addHelpText('after', '\nExample: gatehouse token end-grace 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().endGrace(id, options));

  addServiceOptions(
    token.command('revoke').description('refuse a token for good, and what it issued').addArgument(tokenId()),
  )
    .addHelpText('after', '\nA repeat changes nothing. Example: gatehouse token revoke 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().revokeToken(id, options));
}

function changes(): typeof import('../../actions/service/token-changes') {
  return require('../../actions/service/token-changes') as typeof import('../../actions/service/token-changes');
}
