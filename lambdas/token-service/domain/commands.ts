import type { RevocationKind } from '../../lib/revocation';
import type { ShownStatus } from './views';

/** A request for a token. Times are RFC 3339. */
export interface IssueToken {
  readonly name: string;
  readonly application: string;
  readonly scopes: readonly string[];
  /** @default - the application's */
  readonly tier?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** @default - the application's */
  readonly team?: string | undefined;
  /** Networks that the token may be used from. @default - any */
  readonly cidrs?: readonly string[] | undefined;
  /** Lifetime in seconds; this or `expiresAt`. @default - the default lifetime of the platform */
  readonly expiresInSeconds?: number | undefined;
  readonly expiresAt?: string | undefined;
  /** @default - the token is valid at once */
  readonly notBefore?: string | undefined;
}

/** What is to change of a token; what is absent stays. Times are RFC 3339; `null` takes away. */
export interface UpdateToken {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Networks that the token may be used from; none means any. */
  readonly cidrs?: readonly string[] | undefined;
  readonly expiresAt?: string | undefined;
  readonly notBefore?: string | null | undefined;
}

/** How a token gets a new secret. */
export interface RotateToken {
  /** For how long the secret before is still accepted, in seconds; 0 ends it at once. @default - the platform's */
  readonly overlapSeconds?: number | undefined;
  /** Whether the overlap begins when the new secret is used for the first time, and not now. @default false */
  readonly startsAtFirstUse?: boolean | undefined;
  /** Whether the newest secret is replaced, because it was lost; an older one keeps its end. @default false */
  readonly replaceNewest?: boolean | undefined;
}

/** What an application is to be. Its tier and its team never change once they are set. */
export interface RegisterApplication {
  readonly application: string;
  readonly tier: string;
  readonly team?: string | undefined;
}

/** What is to change of an application. */
export interface UpdateApplication {
  readonly tier?: string | undefined;
  /** The team that it goes to. */
  readonly team?: string | undefined;
  /** Ids of all members that are to look after it. */
  readonly maintainers?: readonly string[] | undefined;
  /** Archived: no token is issued for it any more. */
  readonly archived?: boolean | undefined;
}

/** Which applications to list. */
export interface ListApplications {
  /** @default - everything that the caller may read; whoever is a member of several teams says which */
  readonly team?: string | undefined;
  /** Applications on one page. @default 20 */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. @default - the first page */
  readonly cursor?: string | undefined;
}

/** Which tokens to list. */
export interface ListTokens {
  /** @default - everything that the caller may read, or all of `team` */
  readonly application?: string | undefined;
  /** Only the tokens of this team. Whoever is a member of several says which. @default - all teams of a caller that may read them all */
  readonly team?: string | undefined;
  /** Words that name, description, application, id or tags hold, each of them somewhere. */
  readonly q?: string | undefined;
  /** A scope that the tokens may use, by its name or by a wildcard. */
  readonly scope?: string | undefined;
  readonly tier?: string | undefined;
  readonly status?: ShownStatus | undefined;
  /** Principal that issued the tokens. */
  readonly createdBy?: string | undefined;
  /** Name of a tag, or `name=value`. */
  readonly tag?: string | undefined;
  readonly expiresBefore?: string | undefined;
  /** Only tokens that were not used since, those that never were among them. */
  readonly lastUsedBefore?: string | undefined;
  /** Only tokens that the access log knows no use of. */
  readonly neverUsed?: boolean | undefined;
  /** Only tokens that may be used from any network. */
  readonly noNetworks?: boolean | undefined;
  /** By expiry only with a team or an application. @default "created" */
  readonly sort?: 'created' | 'expires' | undefined;
  /** @default - the newest first, or the first to expire */
  readonly order?: 'ascending' | 'descending' | undefined;
  /** Tokens on one page. @default 20 */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. @default - the first page */
  readonly cursor?: string | undefined;
}

/** Tokens that are to be refused. Times are RFC 3339. */
export interface RevokeTokens {
  readonly kind: RevocationKind;
  /** Exact value of what the kind names. */
  readonly value: string;
  /** Issuer of the access tokens. @default - the only issuer that the platform trusts, where there is one alone */
  readonly issuer?: string | undefined;
  /** Only tokens issued before this time. @default - all tokens, future ones too */
  readonly issuedBefore?: string | undefined;
  /** Why, for people. */
  readonly reason?: string | undefined;
}
