import { Argument, type Command, Option } from 'commander';
import type { AddRevocationOptions } from '../../actions/service/revocations';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { timeOf } from '../values';

/** As the token service has them. */
const KINDS = ['token', 'jti', 'sub', 'kid', 'issuer', 'client', 'ancestor', 'source'];

const ADD_HELP = `
Kinds: token, an API token by its id, with what it issued; jti, sub, kid, issuer, access tokens by that claim or key; client, all tokens of an
application; ancestor, what a token issued; source, access tokens of the platform by what they are derived from (token:<id>, client:<id>,
session:<id>, application:<name>, token:*). Without --issued-before tokens of the future are refused too.

Examples:
  gatehouse revocation add --kind client --value shop-ci --reason "leaked in a log"
  gatehouse revocation add --kind sub --value user-17 --issuer https://login.example.com/ --issued-before 2026-11-23T12:00:00Z`;

/** `gatehouse revocation`: access tokens, and many tokens at once. */
export function registerRevocation(program: Command): void {
  const revocation = program
    .command('revocation')
    .description('refuse access tokens, or many tokens at once, and take that back');

  addServiceOptions(
    revocation
      .command('add')
      .description('refuse what an entry means, from now on')
      .addOption(new Option('--kind <kind>', 'what the value names').choices(KINDS).makeOptionMandatory())
      .requiredOption('--value <text>', 'exact value')
      .option('--issuer <url>', 'issuer of the access tokens')
      .addOption(new Option('--issued-before <time>', 'only tokens issued before').argParser(timeOf))
      .option('--reason <text>', 'why, for people'),
  )
    .addHelpText('after', ADD_HELP)
    .action((options: AddRevocationOptions) => actions().addRevocation(options));

  addServiceOptions(revocation.command('list').description('list every revocation in force'))
    .addHelpText('after', '\nExample: gatehouse revocation list')
    .action((options: ServiceOptions) => actions().listRevocations(options));

  addServiceOptions(
    revocation
      .command('remove')
      .description('take a revocation back: what it refused is accepted again')
      .addArgument(new Argument('<revocation-id>', 'id of the revocation')),
  )
    .addHelpText('after', '\nExample: gatehouse revocation remove 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => actions().removeRevocation(id, options));
}

function actions(): typeof import('../../actions/service/revocations') {
  return require('../../actions/service/revocations') as typeof import('../../actions/service/revocations');
}
