import type { CreatedClientView } from '../../../lambdas/token-service/domain/clients/client-views';
import type { SecretOptions } from '../../commands/service/secret-options';
import { CliError } from '../../errors';
import { isForPeople, tell } from '../../output/printer';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { merged } from '../../token-service/request-file';
import { prepareSecret } from '../../token-service/secret-target';

/** What a client may do, and how it proves who it is. */
export interface ClientBoundOptions {
  readonly name?: string;
  readonly description?: string;
  readonly scope?: readonly string[];
  readonly authMethod?: readonly string[];
  readonly grant?: readonly string[];
  readonly resource?: readonly string[];
  readonly cidr?: readonly string[];
  readonly dpopBound?: boolean;
  /** Seconds. */
  readonly tokenLifetime?: number;
}

export interface CreateClientOptions extends ServiceOptions, SecretOptions, ClientBoundOptions {
  readonly application?: string;
  readonly fromFile?: string;
}

/** Registers a client, and prints its secret or puts it into a secret. */
export async function createClient(options: CreateClientOptions): Promise<void> {
  const body = merged(options.fromFile, { ...boundsOf(options), application: options.application });
  const connection = await connect(options, 'client create');
  const { service, place } = connection;
  // Before the client exists: a secret that is not there would lose its own.
  const target = options.intoSecret === undefined ? undefined : await prepareSecret(options.intoSecret, connection);
  const { body: created, replayed } = await service.change<CreatedClientView>(
    'register the client',
    'POST',
    '/clients',
    {
      body,
    },
  );
  const { secret, ...view } = created;
  const made = `client ${view.id} of ${view.application} registered in ${place}`;
  if (secret === undefined) {
    if (replayed) {
      throw new CliError(
        `the client ${view.id} was registered, but the answer with its secret was lost: gatehouse client rotate ${view.id} --replace-newest gives it another`,
      );
    }
    tell(`${made}; it has no secret, because it authenticates by ${view.authMethods.join(', ')}`);
    process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
    return;
  }
  if (target !== undefined) {
    await target.putClientSecret(secret, view.id, () =>
      service.change('remove the client', 'DELETE', `/clients/${view.id}`),
    );
    tell(`${made}; its secret is in the secret ${options.intoSecret}`);
    if (!isForPeople(options)) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
    return;
  }
  tell(`${made}; this is the only time that its secret is shown`);
  process.stdout.write(options.json === true ? `${JSON.stringify(created, null, 2)}\n` : `${secret}\n`);
}

/** The members of a request that options name. */
export function boundsOf(options: ClientBoundOptions): Readonly<Record<string, unknown>> {
  return {
    name: options.name,
    description: options.description,
    scopes: options.scope,
    authMethods: options.authMethod,
    grants: options.grant,
    resources: options.resource,
    cidrs: options.cidr,
    dpopBoundAccessTokens: options.dpopBound,
    accessTokenSeconds: options.tokenLifetime,
  };
}
