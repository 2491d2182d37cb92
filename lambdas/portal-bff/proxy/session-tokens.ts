import type { SessionRecord } from '../../lib/session-record';
import type { PortalBffPorts, SessionToken } from '../ports';
import { ProblemError } from '../problem';

/** How long before its end a token is not used any more, in seconds: it has to live through the request. */
const MARGIN_SECONDS = 30;
/** Tokens in memory, at most. */
const MOST = 500;

/** Gives the access token of a session with scopes. */
export type TokenFor = (session: SessionRecord, scopes: readonly string[]) => Promise<string>;

/**
 * Access tokens of sessions, in the memory of the function alone: no page sees one. They are kept by session, time of sign-in and scopes until
 * shortly before they end.
 *
 * @returns a function that rejects with a {@link ProblemError} when the person has not all of the scopes, or no token can be made
 */
export function createSessionTokenSource({ mintToken, clock }: Pick<PortalBffPorts, 'mintToken' | 'clock'>): TokenFor {
  const held = new Map<string, Promise<SessionToken>>();

  return async (session, scopes) => {
    const missing = scopes.filter((scope) => !session.scopes.includes(scope));
    if (missing.length > 0) {
      throw new ProblemError('not-allowed', `the person does not have ${missing.join(', ')}`);
    }
    const key = JSON.stringify([session.id, session.authTime, [...scopes].sort()]);
    const found = await held.get(key)?.catch(() => undefined);
    if (found && clock() / 1000 < found.expiresAt - MARGIN_SECONDS) {
      return found.accessToken;
    }
    const minted = mintToken(session, scopes);
    held.delete(key);
    held.set(key, minted);
    minted.catch(() => held.delete(key));
    if (held.size > MOST) {
      held.delete(held.keys().next().value ?? '');
    }
    return (await minted).accessToken;
  };
}
