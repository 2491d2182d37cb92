import { type Command, Option } from 'commander';
import type { IssueOptions } from '../../actions/service/token-issue';
import type { PatternOptions } from '../../actions/service/token-pattern';
import type { IdentifyOptions, ListTokensOptions } from '../../actions/service/token-read';
import { configOption } from '../../options';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { countOf, durationOf, listOf, tagsOf, timeOf, tokenId } from '../values';
import { addSecretOptions } from './secret-options';
import { registerTokenChanges } from './token-changes';

const CREATE_HELP = `
The token is printed once, alone on stdout, and everything else goes to stderr; with --json, or into a file with --into-secret, it is a
member "token" of the whole answer, or it is not printed at all.

Examples:
  token=$(gatehouse token create --name ci --application shop-ci --scope orders:read --expires-in 30d)
  gatehouse token create --from-file token.yaml --into-secret shop/ci/token -e prod`;

/** `gatehouse token`: a token's whole life. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('issue, list, change, rotate and revoke API tokens');

  addServiceOptions(
    addRequestOptions(addSecretOptions(token.command('create').description('issue a token; it is shown this once'))),
  )
    .addHelpText('after', CREATE_HELP)
    .action((options: IssueOptions) => issuing().issueToken(options));

  addServiceOptions(
    addRequestOptions(token.command('validate').description('say whether a token would be issued, and what is risky')),
  )
    .addHelpText(
      'after',
      '\nNothing is written. Exit code 65 where it would not be issued. Example: gatehouse token validate --from-file token.yaml',
    )
    .action((options: IssueOptions) => {
      const { validateToken } =
        require('../../actions/service/token-validate') as typeof import('../../actions/service/token-validate');
      return validateToken(options);
    });

  addServiceOptions(
    addFilterOptions(token.command('list').description('list tokens, newest first'))
      .option('--ids', 'print the ids alone, one a line')
      .addOption(new Option('--limit <count>', 'at most so many').default(100).argParser(countOf(1, 1_000_000))),
  )
    .addHelpText(
      'after',
      '\nEverything that is given has to hold. Examples:\n  gatehouse token list --application shop-ci --ids' +
        '\n  gatehouse token list --team payments --status active --never-used --sort expires',
    )
    .action((options: ListTokensOptions) => reading().listTokens(options));

  addServiceOptions(token.command('show').description('show a token and who uses its secrets').addArgument(tokenId()))
    .addHelpText('after', '\nExample: gatehouse token show 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => reading().showToken(id, options));

  addServiceOptions(token.command('self').description('say whose the credential is that the command uses itself'))
    .addHelpText('after', '\nExample: GATEHOUSE_TOKEN=$TOKEN gatehouse token self --url https://api.example.com/v1')
    .action((options: ServiceOptions) => reading().showSelf(options));

  token
    .command('identify')
    .description(
      'say which token a secret is, for a token that was found somewhere; it is read from the standard input',
    )
    .option('--ids', 'print the ids alone, one a line')
    .addOption(new Option('--json', 'print JSON on a terminal too'))
    .addOption(new Option('--table', 'print a table into a pipe or file too').conflicts('json'))
    .addHelpText(
      'after',
      '\nNothing is called: the id is a part of the token. Example: gatehouse token identify < found.txt' +
        '\nExit codes: 0 every token that was found is named, 66 none was found.',
    )
    .action((options: IdentifyOptions) => reading().identifyTokens(options));

  token
    .command('pattern')
    .description('print the regular expression by which scanners find tokens and client secrets of the platform')
    .addOption(configOption())
    .option('--gitleaks', 'print a rule for Gitleaks in its place')
    .addHelpText(
      'after',
      '\nNothing is called: the brand stands in the configuration. Example: gatehouse token pattern',
    )
    .action((options: PatternOptions) => {
      const { printPattern } =
        require('../../actions/service/token-pattern') as typeof import('../../actions/service/token-pattern');
      printPattern(options);
    });

  registerTokenChanges(token);
}

/** What is asked for a token. */
function addRequestOptions(command: Command): Command {
  return command
    .option('--name <text>', 'what the token is for, shown in lists')
    .option('--application <name>', 'application that it belongs to')
    .option('--scope <scope>', 'what it may do (repeatable, or with commas)', listOf)
    .option('--tier <name>', "usage plan (default: the application's)")
    .option('--team <name>', "team (default: the application's)")
    .option('--description <text>', 'free text')
    .option('--tag <name=value>', 'a tag (repeatable)', tagsOf)
    .option('--cidr <network>', 'network that it may be used from (repeatable, or with commas)', listOf)
    .addOption(new Option('--expires-in <duration>', 'lifetime: 90d, 12h, 30m or seconds').argParser(durationOf))
    .addOption(new Option('--expires-at <time>', 'end of the lifetime').argParser(timeOf).conflicts('expiresIn'))
    .addOption(new Option('--not-before <time>', 'beginning of the lifetime').argParser(timeOf))
    .option('--from-file <file>', 'the same as a request in YAML or JSON, - reads the standard input; options win');
}

/** As the token service has them. */
const STATUSES = ['active', 'disabled', 'revoked', 'expired', 'not-yet-valid', 'blocked'];

/** Which tokens to list. */
function addFilterOptions(command: Command): Command {
  return command
    .option('--application <name>', 'only those of this application')
    .option('--team <name>', 'only those of this team')
    .option('--search <words>', 'words that name, description, application, id or tags hold, each of them')
    .option('--scope <scope>', 'that may use this scope, by its name or by a wildcard')
    .option('--tier <name>', 'with this usage plan')
    .addOption(new Option('--status <status>', 'in this state now').choices(STATUSES))
    .option('--created-by <principal>', 'that this principal issued')
    .option('--tag <name[=value]>', 'with a tag of this name, or with this value')
    .addOption(new Option('--expires-before <time>', 'that end before').argParser(timeOf))
    .addOption(new Option('--last-used-before <time>', 'not used since; never used ones too').argParser(timeOf))
    .option('--never-used', 'that nobody has used yet')
    .option('--no-networks', 'that may be used from any network')
    .addOption(
      new Option('--sort <attribute>', 'by expiry only with --team or --application').choices(['created', 'expires']),
    )
    .addOption(
      new Option('--order <order>', 'default: the newest first, or the first to end').choices([
        'ascending',
        'descending',
      ]),
    );
}

function issuing(): typeof import('../../actions/service/token-issue') {
  return require('../../actions/service/token-issue') as typeof import('../../actions/service/token-issue');
}

function reading(): typeof import('../../actions/service/token-read') {
  return require('../../actions/service/token-read') as typeof import('../../actions/service/token-read');
}
