import type { PortalBffPorts } from '../ports';
import { seal } from './sealing';
import type { OpenSession, Sessions } from './sessions';

/** How long the provider's word holds that a person may sign in, in seconds of use (ASVS 5.0, 7.4.2). */
const CHECK_SECONDS = 900;
/** When the provider is asked again that did not answer. */
const RETRY_SECONDS = 60;

/**
 * Asks the provider from time to time whether the person of a session may still sign in, by its refresh token. A provider that refuses ends
 * the session; one that does not answer leaves it until it is asked again. Of the requests of a session one asks.
 *
 * @returns whether the session goes on
 */
export function createLiveness(
  sessions: Sessions,
  { clock, store, relyingParty, log }: PortalBffPorts,
): (session: OpenSession) => Promise<boolean> {
  return async (session) => {
    const { record, text } = session;
    const now = Math.floor(clock() / 1000);
    if (now < record.checkedAt + CHECK_SECONDS) {
      return true;
    }
    const { refreshToken, idToken } = sessions.tokensOf(session);
    if (refreshToken === undefined || !(await store.update(record, { checkedAt: now }))) {
      return true;
    }
    const claimed = { ...record, checkedAt: now };
    try {
      const tokens = await relyingParty(record.provider).refresh(refreshToken);
      if (tokens === undefined) {
        await sessions.end(record.memberId, (id) => id === record.id);
        log({
          level: 'info',
          evt: 'portal.session_refused',
          fields: { session: record.id, provider: record.provider },
        });
        return false;
      }
      const kept = { refreshToken: tokens.refreshToken ?? refreshToken, idToken: tokens.idToken ?? idToken };
      await store.update(claimed, { sealed: seal(kept, text, 'session') });
    } catch (error) {
      log({
        level: 'warn',
        evt: 'portal.provider_silent',
        fields: { provider: record.provider, error: error instanceof Error ? error.name : 'Error' },
      });
      await store.update(claimed, { checkedAt: now - CHECK_SECONDS + RETRY_SECONDS });
    }
    return true;
  };
}
