import type { Log } from '../lib/log';
import type { LoginRecord, PersonSessions, SessionRecord } from '../lib/session-record';

/** Sessions and sign-ins in the token table. Every read is consistent. */
export interface SessionStore {
  /** A session and the item of its person, by one read. */
  find(hash: string, memberId: string): Promise<{ readonly session?: SessionRecord; readonly person: PersonSessions }>;
  /** The sessions with these hashes that there are. */
  list(hashes: readonly string[]): Promise<readonly SessionRecord[]>;
  readPerson(memberId: string): Promise<PersonSessions>;
  /** Writes the list of a person's sessions, if nobody has since `person` was read. @returns whether it was written */
  writePerson(memberId: string, person: PersonSessions, sessions: PersonSessions['sessions']): Promise<boolean>;
  put(session: SessionRecord): Promise<void>;
  /**
   * Changes times of a session that is still there, and whose old values still are what they were.
   *
   * @returns whether it was changed
   */
  update(
    before: SessionRecord,
    changes: Partial<Pick<SessionRecord, 'seenAt' | 'checkedAt' | 'sealed' | 'purgeAt'>>,
  ): Promise<boolean>;
  remove(hash: string): Promise<void>;
  putLogin(login: LoginRecord): Promise<void>;
  /** Takes a sign-in away; of several requests for one, a single one gets it. */
  takeLogin(hash: string): Promise<LoginRecord | undefined>;
}

/** What a person is sent to the provider with, and what the way back is compared with. */
export interface AuthorizationChecks {
  readonly state: string;
  readonly nonce: string;
  /** Verifier of PKCE (RFC 7636), whose challenge goes to the provider. */
  readonly verifier: string;
}

/** What a provider said of a person who signed in, after every check of OpenID Connect. */
export interface SignedIn {
  readonly issuer: string;
  readonly subject: string;
  /** When the person proved who it is, epoch seconds. @default - the provider does not say */
  readonly authTime?: number | undefined;
  readonly acr?: string | undefined;
  readonly amr?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly groups: readonly string[];
  readonly tokens: ProviderTokens;
}

/** Tokens of a provider that are kept, sealed. */
export interface ProviderTokens {
  readonly idToken?: string | undefined;
  readonly refreshToken?: string | undefined;
}

/** An OpenID Connect provider, seen by its client. */
export interface RelyingParty {
  /** Address of the authorization request. */
  authorizationUrl(checks: AuthorizationChecks, options: { readonly isStepUp: boolean }): Promise<string>;
  /**
   * Checks the way back and gets the tokens.
   *
   * @param url address that the browser asked for
   * @throws {SignInError} when the provider or a check refuses
   */
  signedIn(url: URL, checks: AuthorizationChecks, options: { readonly isStepUp: boolean }): Promise<SignedIn>;
  /** Asks whether the person may still sign in. `undefined`: no longer. */
  refresh(refreshToken: string): Promise<ProviderTokens | undefined>;
  /** Revokes a refresh token, where the provider can. */
  revoke(refreshToken: string): Promise<void>;
  /** Where a browser ends the session at the provider; `undefined` when it knows no such address. */
  logoutUrl(idToken: string | undefined, returnTo: string): Promise<string | undefined>;
}

/** An access token of a session, minted by the token endpoint. */
export interface SessionToken {
  readonly accessToken: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A request to an API. */
export interface UpstreamRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Everything the function reaches outside itself. */
export interface PortalBffPorts {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** A new public id of a session: 16 base62 characters. */
  readonly newId: () => string;
  readonly store: SessionStore;
  /** The provider with a name. */
  readonly relyingParty: (provider: string) => RelyingParty;
  readonly mintToken: (
    session: Pick<SessionRecord, 'id' | 'issuer' | 'subject' | 'authTime' | 'acr' | 'amr'>,
    scopes: readonly string[],
  ) => Promise<SessionToken>;
  /** Redirects are never followed. */
  readonly send: (request: UpstreamRequest) => Promise<UpstreamAnswer>;
  readonly log: Log;
}
