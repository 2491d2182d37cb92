import type { ChangedTokenView } from '../../../lambdas/token-service/domain/views';
import { printOne, tell } from '../../output/printer';
import { boundText, moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { renderToken } from './token-shown';

/** Ends the secret before the newest. */
export function endGrace(id: string, options: ServiceOptions): Promise<void> {
  return act(id, 'end-grace', 'end the grace of the token', 'only its newest secret is accepted', options);
}

/** Pauses a token. */
export function disableToken(id: string, options: ServiceOptions): Promise<void> {
  return act(id, 'disable', 'disable the token', 'it is refused until it is enabled', options);
}

/** Ends the pause of a token. */
export function enableToken(id: string, options: ServiceOptions): Promise<void> {
  return act(id, 'enable', 'enable the token', 'its pause has ended', options);
}

/** Revokes a token. */
export function revokeToken(id: string, options: ServiceOptions): Promise<void> {
  return act(id, 'revoke', 'revoke the token', 'it is revoked for good', options);
}

async function act(id: string, verb: string, wanted: string, done: string, options: ServiceOptions): Promise<void> {
  const { service, place } = await connect(options, `token ${verb}`);
  const { body } = await service.change<ChangedTokenView>(`${wanted} ${id}`, 'POST', `/tokens/${id}/${verb}`);
  // A revocation that stood before has its time, which says so.
  const since = body.revokedAt === undefined ? '' : ` since ${moment(body.revokedAt, Date.now())}`;
  tell(`token ${id} in ${place}: ${done}${since}${boundText(body)}`);
  printOne(body, options, (token) => renderToken(token, Date.now()));
}
