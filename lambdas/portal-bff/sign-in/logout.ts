import type { PortalBffConfig } from '../config';
import { type BffAnswer, jsonAnswer } from '../http/answer';
import { dropCookie } from '../http/cookies';
import type { PortalBffPorts } from '../ports';
import type { OpenSession, Sessions } from '../session/sessions';

/** Page that says that nobody is signed in any more. */
const SIGNED_OUT_PAGE = '/signed-out';

/**
 * Ends a session: here first, then at the provider. A provider that fails leaves nobody signed in here.
 *
 * @returns a function whose answer tells the page where to lead the browser
 */
export function createLogout(
  { origin }: Pick<PortalBffConfig, 'origin'>,
  { relyingParty, log }: PortalBffPorts,
  sessions: Sessions,
): (session: OpenSession) => Promise<BffAnswer> {
  return async (session) => {
    const { record } = session;
    const { idToken, refreshToken } = sessions.tokensOf(session);
    await sessions.end(record.memberId, (id) => id === record.id);
    const provider = relyingParty(record.provider);
    const silent = (error: unknown) => {
      const name = error instanceof Error ? error.name : 'Error';
      log({ level: 'warn', evt: 'portal.provider_silent', fields: { provider: record.provider, error: name } });
      return undefined;
    };
    const [location] = await Promise.all([
      provider.logoutUrl(idToken, `${origin}${SIGNED_OUT_PAGE}`).catch(silent),
      refreshToken === undefined ? undefined : provider.revoke(refreshToken).catch(silent),
    ]);
    return jsonAnswer(
      { location: location ?? SIGNED_OUT_PAGE },
      { cookies: [dropCookie('session')], headers: { 'clear-site-data': '"cache", "storage"' } },
    );
  };
}
