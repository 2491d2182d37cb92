import { loginKey } from '../../lib/session-record';
import type { AuthorizationChecks, PortalBffPorts } from '../ports';
import { hashOf, newText, open, seal } from '../session/sealing';

/** A sign-in that is under way. */
export interface Login extends AuthorizationChecks {
  /** Name of the provider; an answer of another one is refused (RFC 9700, 4.4). */
  readonly provider: string;
  readonly returnTo: string;
  /** Epoch seconds. */
  readonly startedAt: number;
  /** The session that is renewed by it. @default - a new one begins */
  readonly stepUp?: {
    readonly memberId: string;
    readonly id: string;
    readonly startedAt: number;
    readonly endsAt: number;
  };
}

/** How long a person may take at the provider, in seconds. */
export const LOGIN_SECONDS = 600;

/**
 * Remembers a sign-in until the way back, by a text that goes into a cookie of the browser: who begins it is who ends it, which no link of
 * somebody else can bring about (RFC 9700, 4.7.1).
 *
 * @returns the text of the cookie, and what the provider is asked with
 */
export async function beginLogin(
  { store, clock }: Pick<PortalBffPorts, 'store' | 'clock'>,
  about: Pick<Login, 'provider' | 'returnTo' | 'stepUp'>,
): Promise<{ readonly text: string; readonly login: Login }> {
  const text = newText();
  const startedAt = Math.floor(clock() / 1000);
  const login: Login = { ...about, startedAt, state: newText(), nonce: newText(), verifier: newText() };
  await store.putLogin({
    pk: loginKey(hashOf(text)),
    entity: 'login',
    sealed: seal(login, text, 'login'),
    purgeAt: startedAt + LOGIN_SECONDS,
  });
  return { text, login };
}

/** The sign-in of a cookie, which can be had once; `undefined` when there is none, or it took too long. */
export async function takeLogin(
  { store, clock }: Pick<PortalBffPorts, 'store' | 'clock'>,
  text: string | undefined,
): Promise<Login | undefined> {
  const record = text === undefined ? undefined : await store.takeLogin(hashOf(text));
  if (text === undefined || record === undefined) {
    return undefined;
  }
  const login = open<Login>(record.sealed, text, 'login');
  return clock() / 1000 < login.startedAt + LOGIN_SECONDS ? login : undefined;
}
