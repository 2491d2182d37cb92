import { PRIVATE_JWK_MEMBERS } from '../../../lambdas/lib/grammar';
import type { ChangedClientView } from '../../../lambdas/token-service/domain/clients/client-views';
import { CliError, EXIT } from '../../errors';
import { printOne, tell } from '../../output/printer';
import { boundText } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { readRequest } from '../../token-service/request-file';
import { renderClient } from './client-shown';

/** A request about one client. */
interface Act {
  /** As the command is called. */
  readonly verb: string;
  readonly method: 'POST' | 'DELETE';
  /** Path below that of the client. */
  readonly path: string;
  /** What was wanted, before the id. */
  readonly wanted: string;
  readonly done: string;
  readonly body?: unknown;
}

/** Ends the secret before the newest. */
export function endGrace(id: string, options: ServiceOptions): Promise<void> {
  const wanted = 'end the grace of the client';
  const done = 'only its newest secret is accepted';
  return act(id, { verb: 'end-grace', method: 'POST', path: '/end-grace', wanted, done }, options);
}

/** Pauses a client. */
export function disable(id: string, options: ServiceOptions): Promise<void> {
  const done = 'it gets no token until it is enabled, and those that it has are refused';
  return act(id, { verb: 'disable', method: 'POST', path: '/disable', wanted: 'disable the client', done }, options);
}

/** Ends the pause of a client. */
export function enable(id: string, options: ServiceOptions): Promise<void> {
  const done = 'its pause has ended';
  return act(id, { verb: 'enable', method: 'POST', path: '/enable', wanted: 'enable the client', done }, options);
}

/** Removes a client. */
export function remove(id: string, options: ServiceOptions): Promise<void> {
  const done = 'it is removed for good, with its credentials and the tokens that it has';
  return act(id, { verb: 'remove', method: 'DELETE', path: '', wanted: 'remove the client', done }, options);
}

/**
 * Gives a client another public key.
 *
 * @throws {CliError} for a file that cannot be read or holds a private key, which is not sent
 */
export async function addKey(id: string, file: string, options: ServiceOptions): Promise<void> {
  const jwk = readRequest(file);
  if (PRIVATE_JWK_MEMBERS.some((name) => name in jwk)) {
    const place = file === '-' ? 'the standard input' : file;
    throw new CliError(`${place} holds a private or symmetric key, expected the public key alone`, EXIT.usage);
  }
  const wanted = 'add a key to the client';
  const done = 'it has another key';
  await act(id, { verb: 'add-key', method: 'POST', path: '/keys', wanted, done, body: { jwk } }, options);
}

/** Takes a public key of a client away. */
export function removeKey(id: string, kid: string, options: ServiceOptions): Promise<void> {
  const path = `/keys/${encodeURIComponent(kid)}`;
  const wanted = `remove the key ${kid} of the client`;
  const done = `its key ${kid} is not accepted any more`;
  return act(id, { verb: 'remove-key', method: 'DELETE', path, wanted, done }, options);
}

async function act(
  id: string,
  { verb, method, path, wanted, done, body }: Act,
  options: ServiceOptions,
): Promise<void> {
  const { service, place } = await connect(options, `client ${verb}`);
  const { body: changed } = await service.change<ChangedClientView>(
    `${wanted} ${id}`,
    method,
    `/clients/${id}${path}`,
    body === undefined ? {} : { body },
  );
  tell(`client ${id} in ${place}: ${done}${boundText(changed)}`);
  printOne(changed, options, (client) => renderClient(client, Date.now()));
}
