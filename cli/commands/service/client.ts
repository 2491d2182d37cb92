import { type Command, Option } from 'commander';
import type { CreateClientOptions } from '../../actions/service/client-create';
import type { ListClientsOptions } from '../../actions/service/client-read';
import type { UpdateClientOptions } from '../../actions/service/client-update';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { clientId, countOf, durationOf, listOf, timeOf } from '../values';
import { registerClientCredentials } from './client-credentials';
import { addSecretOptions } from './secret-options';

/** As the token service has them. */
const AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
];

const CREATE_HELP = `
The secret is printed once, alone on stdout, where the client has one; the id and everything else go to stderr. With --json it is the member
"secret" of the whole answer. A certificate, and keys of a client, are members of a request in a file.

Examples:
  secret=$(gatehouse client create --name "nightly import" --application warehouse --scope stock:read)
  gatehouse client create --from-file client.yaml --into-secret warehouse/client -e prod`;

const CLEARED = ['description', 'resources', 'cidrs', 'certificate', 'accessTokenSeconds'];

const UPDATE_HELP = `
What is not named stays. The change is refused where somebody else has changed the client meanwhile (exit code 1). What the client got before and may
not have any more is refused.

Example: gatehouse client update 7Hq2Lm9QxT4vW8za --scope stock:read --cidr 192.0.2.0/24`;

const FROM_FILE = 'the same as a request in YAML or JSON, - reads the standard input; options win';

/** `gatehouse client`: OAuth clients, which get access tokens for themselves. */
export function registerClient(program: Command): void {
  const client = program.command('client').description('register, list, change, rotate and remove OAuth clients');

  addServiceOptions(
    addBounds(
      addSecretOptions(client.command('create').description('register a client; its secret is shown this once'))
        .option('--name <text>', 'what the client is, shown in lists')
        .option('--application <name>', 'registered application that it belongs to'),
    ).option('--from-file <file>', FROM_FILE),
  )
    .addHelpText('after', CREATE_HELP)
    .action((options: CreateClientOptions) => {
      const { createClient } =
        require('../../actions/service/client-create') as typeof import('../../actions/service/client-create');
      return createClient(options);
    });

  addServiceOptions(
    client
      .command('list')
      .description('list clients')
      .option('--application <name>', 'only those of this application')
      .option('--team <name>', 'only those of this team')
      .addOption(new Option('--status <status>', 'only those').choices(['active', 'disabled', 'removed']))
      .addOption(
        new Option('--secret-before <time>', 'only those whose newest secret was made before').argParser(timeOf),
      )
      .option('--ids', 'print the ids alone, one a line')
      .addOption(new Option('--limit <count>', 'at most so many').default(100).argParser(countOf(1, 1_000_000))),
  )
    .addHelpText('after', '\nExample: gatehouse client list --team logistics --secret-before 2026-06-01')
    .action((options: ListClientsOptions) => reading().listClients(options));

  addServiceOptions(
    client.command('show').description('show a client with its secrets and keys').addArgument(clientId()),
  )
    .addHelpText('after', '\nExample: gatehouse client show 7Hq2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => reading().showClient(id, options));

  addServiceOptions(
    addBounds(
      client
        .command('update')
        .description('change what is named of a client, and nothing else')
        .addArgument(clientId())
        .option('--name <text>', 'what the client is, shown in lists'),
    )
      .option('--no-dpop-bound', 'its tokens need not be bound to a key')
      .addOption(new Option('--clear <member...>', 'take this away').choices(CLEARED))
      .addOption(
        new Option(
          '--if-version <number>',
          'only if this is its version (default: the one that is read first)',
        ).argParser(countOf(1, 2_147_483_647)),
      )
      .option('--from-file <file>', FROM_FILE),
  )
    .addHelpText('after', UPDATE_HELP)
    .action((id: string, options: UpdateClientOptions) => {
      const { updateClient } =
        require('../../actions/service/client-update') as typeof import('../../actions/service/client-update');
      return updateClient(id, options);
    });

  registerClientCredentials(client);

  for (const [verb, description] of [
    ['disable', 'pause a client: it gets no token, and those that it has are refused'],
    ['enable', 'end the pause of a client'],
    ['remove', 'remove a client for good, with its credentials and the tokens that it has'],
  ] as const) {
    addServiceOptions(client.command(verb).description(description).addArgument(clientId()))
      .addHelpText('after', `\nA repeat changes nothing. Example: gatehouse client ${verb} 7Hq2Lm9QxT4vW8za`)
      .action((id: string, options: ServiceOptions) => changes()[verb](id, options));
  }
}

/** What a client may do, and how it proves who it is. */
function addBounds(command: Command): Command {
  return command
    .option('--scope <scope>', 'what its tokens may have: name all (repeatable, or with commas)', listOf)
    .option('--description <text>', 'free text')
    .addOption(
      new Option(
        '--auth-method <method>',
        `how it authenticates: name all (repeatable): ${AUTH_METHODS.join(', ')}`,
      ).argParser(listOf),
    )
    .option('--grant <grant>', 'grant that it may use: name all (repeatable)', listOf)
    .option('--resource <uri>', 'what it may ask tokens for: name all (repeatable)', listOf)
    .option('--cidr <network>', 'network that it may be used from: name all (repeatable, or with commas)', listOf)
    .option('--dpop-bound', 'its tokens are always bound to a key')
    .addOption(
      new Option('--token-lifetime <duration>', 'life of its tokens, at most 1h, such as 10m').argParser(durationOf),
    );
}

function reading(): typeof import('../../actions/service/client-read') {
  return require('../../actions/service/client-read') as typeof import('../../actions/service/client-read');
}

function changes(): typeof import('../../actions/service/client-changes') {
  return require('../../actions/service/client-changes') as typeof import('../../actions/service/client-changes');
}
