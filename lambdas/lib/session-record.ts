import type { Person } from './person';

/** The session of a person, in the token table. All times are epoch seconds. */
export interface SessionRecord extends Person {
  /** {@link sessionKey} of the hash of the text in the cookie, which is stored nowhere. */
  readonly pk: string;
  readonly entity: 'session';
  /** Public id of the session, which stays when the text changes: the claim `src` of its access tokens names it. */
  readonly id: string;
  /** Id of the person, as of members of teams. */
  readonly memberId: string;
  /** Name of the provider by which the person signed in. */
  readonly provider: string;
  /** What the provider says of the person, for people to read. Nothing is decided by it. */
  readonly name?: string;
  readonly email?: string;
  /** Scopes that the access tokens of the session may have. */
  readonly scopes: readonly string[];
  /** When the person proved who it is. @default - the provider does not say, so never lately enough */
  readonly authTime?: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly startedAt: number;
  /** When it was last used, in steps of {@link SESSION_STEP_SECONDS}. */
  readonly seenAt: number;
  /** When it ends in any case. */
  readonly endsAt: number;
  /** When the provider was last asked whether the person may still sign in. */
  readonly checkedAt: number;
  /** Browser of the session, for people to read. */
  readonly userAgent?: string;
  /** Tokens of the provider, sealed by a key from the text in the cookie: a copy of the table opens nothing. */
  readonly sealed: string;
  /** DynamoDB time to live. */
  readonly purgeAt: number;
}

/** A session, as the item of its person lists it. A session that this list does not name with its hash is over. */
export interface ListedSession {
  readonly hash: string;
  readonly startedAt: number;
  readonly endsAt: number;
}

/** What the item of a person holds for sessions, beside where to look for the person's teams. */
export interface PersonSessions {
  readonly sessions?: Readonly<Record<string, ListedSession>>;
  /** Whether the person may not sign in. @default false */
  readonly isDisabled?: boolean;
  /** Optimistic lock of these members. @default 0 */
  readonly sessionsVersion?: number;
}

/** A sign-in that is under way, in the token table. */
export interface LoginRecord {
  /** {@link loginKey} of the hash of the text in the cookie. */
  readonly pk: string;
  readonly entity: 'login';
  /** What the way back from the provider is compared with, sealed by a key from the text in the cookie. */
  readonly sealed: string;
  /** DynamoDB time to live, epoch seconds. */
  readonly purgeAt: number;
}

/** How exactly it is noted when a session was used, in seconds: each note is a write. */
export const SESSION_STEP_SECONDS = 300;

/** Key of a session's item, from the hash of its text. */
export function sessionKey(hash: string): string {
  return `session#${hash}`;
}

/** Key of the item of a sign-in, from the hash of its text. */
export function loginKey(hash: string): string {
  return `login#${hash}`;
}
