import { type Command, Option } from 'commander';
import type { RotateTokenOptions } from '../../actions/service/token-rotate';
import type { UpdateTokenOptions } from '../../actions/service/token-update';
import type { ServiceOptions } from '../../token-service/options';
import { addServiceOptions } from '../../token-service/options';
import { countOf, durationOf, listOf, tagsOf, timeOf, tokenId } from '../values';
import { addSecretOptions } from './secret-options';

const ROTATE_HELP = `
The new token is printed once, alone on stdout. The id stays, and the secret before is accepted until the overlap ends.

Examples:
  token=$(gatehouse token rotate 5Jk2Lm9QxT4vW8za --overlap 1d)
  gatehouse token rotate 5Jk2Lm9QxT4vW8za --overlap 1h --from-first-use --into-secret shop/ci/token -e prod`;

const CLEARED = ['description', 'tags', 'cidrs', 'notBefore'];

const UPDATE_HELP = `
What is not named stays. The change is refused where somebody else has changed the token meanwhile (exit code 1).

Examples:
  gatehouse token update 5Jk2Lm9QxT4vW8za --scope orders:read --cidr 192.0.2.0/24
  gatehouse token update 5Jk2Lm9QxT4vW8za --clear description --if-version 3`;

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

  registerUpdate(token);

  addServiceOptions(
    token.command('end-grace').description('refuse the secret before the newest from now on').addArgument(tokenId()),
  )
    .addHelpText('after', '\nExample: gatehouse token end-grace 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().endGrace(id, options));

  addServiceOptions(
    token.command('disable').description('pause a token: it is refused until it is enabled').addArgument(tokenId()),
  )
    .addHelpText('after', '\nA repeat changes nothing. Example: gatehouse token disable 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().disableToken(id, options));

  addServiceOptions(token.command('enable').description('end the pause of a token').addArgument(tokenId()))
    .addHelpText('after', '\nA repeat changes nothing. Example: gatehouse token enable 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().enableToken(id, options));

  addServiceOptions(
    token.command('revoke').description('refuse a token for good, and what it issued').addArgument(tokenId()),
  )
    .addHelpText('after', '\nA repeat changes nothing. Example: gatehouse token revoke 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => changes().revokeToken(id, options));
}

function registerUpdate(token: Command): void {
  addServiceOptions(
    token
      .command('update')
      .description('change what is named of a token, and nothing else')
      .addArgument(tokenId())
      .option('--name <text>', 'what the token is for, shown in lists')
      .option('--description <text>', 'free text')
      .option('--scope <scope>', 'what it may do: name all (repeatable, or with commas)', listOf)
      .option('--tag <name=value>', 'a tag: name all (repeatable)', tagsOf)
      .option('--cidr <network>', 'network that it may be used from: name all (repeatable, or with commas)', listOf)
      .addOption(
        new Option('--expires-in <duration>', 'lifetime from now on: 90d, 12h, 30m or seconds').argParser(durationOf),
      )
      .addOption(new Option('--expires-at <time>', 'end of the lifetime').argParser(timeOf).conflicts('expiresIn'))
      .addOption(new Option('--not-before <time>', 'beginning of the lifetime').argParser(timeOf))
      .addOption(new Option('--clear <member...>', 'take this away').choices(CLEARED))
      .addOption(
        new Option(
          '--if-version <number>',
          'only if this is its version (default: the one that is read first)',
        ).argParser(countOf(1, 2_147_483_647)),
      )
      .option('--from-file <file>', 'the same as a request in YAML or JSON, - reads the standard input; options win'),
  )
    .addHelpText('after', UPDATE_HELP)
    .action((id: string, options: UpdateTokenOptions) => {
      const { updateToken } =
        require('../../actions/service/token-update') as typeof import('../../actions/service/token-update');
      return updateToken(id, options);
    });
}

function changes(): typeof import('../../actions/service/token-changes') {
  return require('../../actions/service/token-changes') as typeof import('../../actions/service/token-changes');
}
