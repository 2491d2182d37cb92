import { defined } from '../../lib/defined';
import { isSafeText } from '../../lib/text';
import { PORTAL_PATHS, type PortalBffConfig } from '../config';
import { type BffAnswer, redirect } from '../http/answer';
import { cookieOf, dropCookie, setCookie } from '../http/cookies';
import type { BffRequest } from '../http/event';
import type { PortalBffPorts, SignedIn } from '../ports';
import { ProblemError } from '../problem';
import type { OpenSession, Sessions } from '../session/sessions';
import { beginLogin, LOGIN_SECONDS, type Login, takeLogin } from './login';
import { returnPath } from './return-to';
import { SignInError } from './sign-in-error';

/** Page of the portal that says why somebody is not signed in. */
const SIGN_IN_PAGE = '/sign-in';
/** How far the clock of a provider may be behind, in seconds. */
const CLOCK_SECONDS = 30;
const MAX_USER_AGENT = 200;

/** What a sign-in learns on its way to the log. */
export interface SignInNote {
  provider?: string;
  session?: string;
  reason?: string;
  cause?: unknown;
}

/** Signing in, and signing in once more for what needs it. Answers lead the browser elsewhere, since it comes here by itself. */
export class SignIn {
  constructor(
    private readonly config: PortalBffConfig,
    private readonly ports: PortalBffPorts,
    private readonly sessions: Sessions,
  ) {}

  /** `GET /auth/login?provider=&returnTo=`: sends the browser to the provider. */
  async begin(request: BffRequest, note: SignInNote): Promise<BffAnswer> {
    const names = Object.keys(this.config.providers);
    const wanted = single(request, 'provider') ?? (names.length === 1 ? names[0] : undefined);
    if (wanted === undefined || !Object.hasOwn(this.config.providers, wanted)) {
      return this.refused(note, new SignInError('failed', 'no provider of this name is configured'));
    }
    return this.send(request, note, wanted);
  }

  /** `GET /auth/step-up?returnTo=`: sends the browser to the provider again, which must ask the person. */
  async stepUp(request: BffRequest, { record }: OpenSession, note: SignInNote): Promise<BffAnswer> {
    const { memberId, id, startedAt, endsAt, provider } = record;
    return this.send(request, note, provider, { memberId, id, startedAt, endsAt });
  }

  /** `GET /auth/callback/<provider>`: the way back. */
  async end(request: BffRequest, provider: string, note: SignInNote): Promise<BffAnswer> {
    note.provider = provider;
    try {
      const login = await takeLogin(this.ports, cookieOf(request, 'login'));
      if (login?.provider !== provider) {
        throw new SignInError('expired', 'no sign-in at this provider is under way in this browser');
      }
      const found = await this.ports
        .relyingParty(provider)
        .signedIn(this.addressOf(request), login, { isStepUp: login.stepUp !== undefined });
      const { cookie, record } = await this.sessions.begin(this.newSession(request, login, found), login.stepUp);
      note.session = record.id;
      return redirect(login.returnTo, [setCookie('session', cookie), dropCookie('login')]);
    } catch (error) {
      return this.refused(note, asSignInError(error));
    }
  }

  private async send(
    request: BffRequest,
    note: SignInNote,
    provider: string,
    stepUp?: Login['stepUp'],
  ): Promise<BffAnswer> {
    note.provider = provider;
    const returnTo = returnPath(single(request, 'returnTo'), this.config.origin);
    try {
      const { text, login } = await beginLogin(this.ports, {
        provider,
        returnTo,
        ...(stepUp === undefined ? {} : { stepUp }),
      });
      const location = await this.ports
        .relyingParty(provider)
        .authorizationUrl(login, { isStepUp: stepUp !== undefined });
      return redirect(location, [setCookie('login', text, LOGIN_SECONDS)]);
    } catch (error) {
      return this.refused(note, asSignInError(error));
    }
  }

  private newSession(request: BffRequest, login: Login, found: SignedIn) {
    const { issuer, subject, acr, amr, name, email, tokens } = found;
    const now = Math.floor(this.ports.clock() / 1000);
    if (login.stepUp) {
      if (this.sessions.memberIdOf(found) !== login.stepUp.memberId) {
        throw new SignInError('another-person', 'another person signed in than the one of the session');
      }
      if (found.authTime === undefined || found.authTime < login.startedAt - CLOCK_SECONDS) {
        throw new SignInError('failed', 'the provider did not ask the person again');
      }
    }
    const userAgent = request.header('user-agent')?.slice(0, MAX_USER_AGENT);
    return {
      provider: login.provider,
      issuer,
      subject,
      scopes: this.scopesOf(found.groups),
      tokens,
      ...defined({
        authTime: found.authTime === undefined ? undefined : Math.min(found.authTime, now),
        acr,
        amr,
        name: safe(name),
        email: safe(email),
        userAgent: safe(userAgent),
      }),
    };
  }

  /** Groups give scopes only as the configuration says. */
  private scopesOf(groups: readonly string[]): readonly string[] {
    const { scopes, groupScopes = {} } = this.config;
    const given = groups.flatMap((group) => (Object.hasOwn(groupScopes, group) ? (groupScopes[group] ?? []) : []));
    return [...new Set([...scopes, ...given])].sort();
  }

  private refused(note: SignInNote, { reason, message, cause }: SignInError): BffAnswer {
    note.reason = reason;
    note.cause = cause === undefined ? new Error(message) : cause;
    return redirect(`${SIGN_IN_PAGE}?problem=${reason}`, [dropCookie('login')]);
  }

  /** The address that the browser asked for; the gateway gives the query decoded. */
  private addressOf({ path, query }: BffRequest): URL {
    const url = new URL(path, this.config.origin);
    for (const [name, values] of query) {
      for (const value of values) {
        url.searchParams.append(name, value);
      }
    }
    return url;
  }
}

/** Name of the provider whose way back an address is. */
export function providerOfCallback(path: string, providers: PortalBffConfig['providers']): string | undefined {
  const name = path.startsWith(`${PORTAL_PATHS.callback}/`) ? path.slice(PORTAL_PATHS.callback.length + 1) : '';
  return Object.hasOwn(providers, name) ? name : undefined;
}

function asSignInError(error: unknown): SignInError {
  if (error instanceof SignInError) {
    return error;
  }
  const isRefused = error instanceof ProblemError;
  const reason =
    isRefused && error.kind === 'not-allowed'
      ? 'disabled'
      : isRefused && error.kind === 'signed-out'
        ? 'expired'
        : 'unavailable';
  return new SignInError(reason, 'the sign-in was broken off', { cause: error });
}

/** A parameter of the query that stands once. */
function single({ query }: BffRequest, name: string): string | undefined {
  const values = query.get(name) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/** Texts of a provider and of a browser are shown to people. */
function safe(text: string | undefined): string | undefined {
  return text !== undefined && isSafeText(text) ? text : undefined;
}
