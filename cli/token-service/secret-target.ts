import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { TokenView } from '../../lambdas/token-service/domain/views';
import { CliError } from '../errors';
import { AWS_CLIENTS, requirePackages } from '../packages';
import { callAws, clientOptions } from '../platform';
import { TokenService } from './client';
import type { Connection } from './connect';
import { ServiceError } from './problem';

/** A secret of Secrets Manager that a new token goes into. */
export interface SecretTarget {
  /**
   * Waits until the API accepts the token, then makes it the current version of the secret. Where the end of an older secret is counted from
   * the first use of this one, it is not used here: whoever reads the secret is to be the first.
   *
   * @param undo what is done about the token where it does not get there
   */
  put(token: string, view: TokenView, undo: () => Promise<unknown>): Promise<void>;
  /**
   * Makes the secret of an OAuth client the current version of the secret.
   *
   * @param undo what is done about the client's secret where it does not get there
   */
  putClientSecret(secret: string, clientId: string, undo: () => Promise<unknown>): Promise<void>;
}

const ATTEMPTS = 10;
const PAUSE_MS = 500;

/**
 * Makes sure that the secret exists and takes a value, before there is a token to put into it. It is not made here: its key, its policy
 * and its replicas are for whoever owns it to say.
 *
 * Needs `secretsmanager:DescribeSecret` and `PutSecretValue` on it.
 *
 * @param name whole name or ARN of the secret
 * @throws {CliError} when it is not there, or is deleted or rotated by a function of its own
 */
export async function prepareSecret(name: string, connection: Connection): Promise<SecretTarget> {
  requirePackages('--into-secret', AWS_CLIENTS);
  const { SecretsManagerClient, DescribeSecretCommand, PutSecretValueCommand } =
    require('@aws-sdk/client-secrets-manager') as typeof import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(clientOptions(connection.aws()));
  const described = await callAws(`describe the secret ${name}, nothing was changed`, () =>
    client.send(new DescribeSecretCommand({ SecretId: name })),
  );
  if (described.DeletedDate !== undefined || described.RotationEnabled === true) {
    const state =
      described.DeletedDate === undefined ? 'is rotated by a function, which alone may write it' : 'is deleted';
    throw new CliError(`the secret ${name} ${state}, nothing was changed: name another with --into-secret`);
  }
  async function keep(value: string, what: string, undo: () => Promise<unknown>, ready: () => Promise<void>) {
    try {
      await ready();
      await callAws(`put the ${what} into the secret ${name}`, () =>
        client.send(
          new PutSecretValueCommand({ SecretId: name, SecretString: value, ClientRequestToken: randomUUID() }),
        ),
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const undone = await undo().then(
        () => 'what was made is taken back',
        () => `the secret of the ${what} is lost and still valid, ${what.startsWith('token') ? 'revoke' : 'rotate'} it`,
      );
      throw new CliError(`${why}; ${undone}`, undefined, { cause: error });
    }
  }
  return {
    put: (token, view, undo) =>
      keep(token, `token ${view.id}`, undo, async () => {
        if (mayBeUsedNow(view) && !isFirstUseCounted(view)) await waitUntilAccepted(connection.service.url, token);
      }),
    // The token endpoint reads clients consistently, so that there is nothing to wait for.
    putClientSecret: (secret, clientId, undo) => keep(secret, `client ${clientId}`, undo, async () => {}),
  };
}

function mayBeUsedNow({ notBefore }: TokenView): boolean {
  return notBefore === undefined || Date.parse(notBefore) <= Date.now();
}

/** Whether an older secret is accepted until some time after the first use of the newest. */
function isFirstUseCounted({ secrets = [] }: TokenView): boolean {
  return secrets.some(({ overlapSeconds }) => overlapSeconds !== undefined);
}

/** Whatever the token may do: a role that does not allow the call shows that its secret is accepted, as a network does that is not its own. */
async function waitUntilAccepted(url: string, token: string): Promise<void> {
  const service = new TokenService(url, token);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await service.get('use the new token', '/tokens', { limit: 1 });
      return;
    } catch (error) {
      const status = error instanceof ServiceError ? error.status : undefined;
      if (status === 403) return;
      if (status !== 401 || attempt === ATTEMPTS) throw error;
      await pause(PAUSE_MS);
    }
  }
}
