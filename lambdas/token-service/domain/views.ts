import { generationEnd } from '../../lib/generation-end';
import { type AuthMethod, principalText } from '../../lib/principal';
import type { RevocationEntry, RevocationKind } from '../../lib/revocation';
import type { Ancestor, ApplicationRecord, ShownToken, TokenStatus, TokenTime } from '../../lib/token-record';
import { DEFAULT_TEAM } from './authority/roles';
import type { FaultDetail } from './fault';
import type { Risk } from './policy/risks';

/** State of a token as shown: expired and not-yet-valid are derived from the clock. */
export type ShownStatus = TokenStatus | 'expired' | 'not-yet-valid' | 'blocked';

/** A token that another was derived from. */
export interface AncestorView {
  readonly principal: string;
  /** Public id of an API token, `jti` of an access token. */
  readonly tokenId: string;
  readonly administrator?: boolean | undefined;
}

/** A secret generation of a token. The secret itself is never shown. */
export interface SecretView {
  readonly number: number;
  readonly createdAt: string;
  /** When it is refused; that of the newest is the end of the token. */
  readonly endsAt: string;
  /** The overlap has not begun: it will last this long from the first use of the newer generation. */
  readonly overlapSeconds?: number | undefined;
  readonly firstUsedAt?: string | undefined;
  readonly lastUsedAt?: string | undefined;
  readonly lastAddress?: string | undefined;
  readonly lastUserAgent?: string | undefined;
}

/** Why a token is refused until it meets its policy again. */
export interface BlockedView {
  readonly reasons: string[];
  readonly since: string;
}

/** How an attribute of a token is shown: times as RFC 3339 in UTC. */
type Shown<Name extends keyof ShownToken> = Name extends TokenTime
  ? string
  : Name extends 'status'
    ? ShownStatus
    : Name extends 'ancestors'
      ? AncestorView[]
      : Name extends 'secrets'
        ? SecretView[]
        : Name extends 'blocked'
          ? BlockedView
          : NonNullable<ShownToken[Name]> extends readonly (infer Item)[]
            ? Item[]
            : NonNullable<ShownToken[Name]>;

type UndefinedWhereOptional<Name extends keyof ShownToken> =
  Partial<Pick<ShownToken, Name>> extends Pick<ShownToken, Name> ? undefined : never;

/** A token as callers may see it: each attribute that is `shown` in the table of attributes. */
export type TokenView = {
  // The uses are shown with the secrets that were used.
  readonly [name in keyof Omit<ShownToken, 'uses'>]: Shown<name> | UndefinedWhereOptional<name>;
};

/** Who calls. */
export interface SelfView {
  readonly authMethod: AuthMethod;
  readonly principal: string;
  readonly issuer: string;
  readonly subject: string;
  /** Public id of an API token, `jti` of an access token. */
  readonly tokenId: string;
  readonly clientId?: string | undefined;
  readonly application?: string | undefined;
  readonly team?: string | undefined;
  readonly tier?: string | undefined;
  readonly environment: string;
  readonly scopes: string[];
  readonly issuedAt: string;
  /** When the credential is refused: an older secret of a token ends before the token. */
  readonly expiresAt: string;
  /** Number of the secret that was used (API tokens). */
  readonly secretNumber?: number | undefined;
  /** Record of the caller's API token. */
  readonly token?: TokenView | undefined;
}

/** The one view that holds the token itself. */
export type IssuedTokenView = TokenView & { readonly token: string };

/** A token after a change that has to reach every API. */
export type ChangedTokenView = TokenView & {
  /**
   * Until when every API goes by the change, in seconds from now on, whatever its gateway keeps.
   *
   * @default - the service was not told of the APIs
   */
  readonly effectiveWithinSeconds?: number | undefined;
};

/** A token with a new secret, which is shown here alone. */
export type RotatedTokenView = ChangedTokenView & { readonly token?: string | undefined };

/** A token that is revoked. */
export type RevokedTokenView = TokenView & {
  /**
   * Until when every API refuses the token, and what it issued, in seconds from now on, whatever its gateway keeps.
   *
   * @default - the service was not told of the APIs
   */
  readonly effectiveWithinSeconds?: number | undefined;
};

/** What is wrong with a request for a token, and what is risky about it. */
export interface ValidationView {
  readonly isValid: boolean;
  readonly faults: readonly FaultDetail[];
  readonly risks: readonly Risk[];
}

export interface TokenPageView {
  readonly tokens: TokenView[];
  /** The page has ended because it had looked at as many tokens as a page may; there may be more of them. */
  readonly partial?: boolean | undefined;
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

export interface ApplicationView {
  readonly application: string;
  readonly team?: string | undefined;
  readonly tier?: string | undefined;
  /** Ids of the members that look after it. */
  readonly maintainers?: string[] | undefined;
  readonly createdAt: string;
  /** No token is issued for it any more. */
  readonly archivedAt?: string | undefined;
  readonly version: number;
}

export interface ApplicationListView {
  readonly applications: ApplicationView[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

/** An application after a change. */
export interface ChangedApplicationView extends ApplicationView {
  /** Whether tokens are left that have not followed their application to its team or tier: the same request again moves more. */
  readonly tokensLeft?: boolean | undefined;
  /** Tokens that are left of an application that was archived, the newest ones. */
  readonly tokens?: TokenView[] | undefined;
}

/** A revocation in force. */
export interface RevocationView {
  readonly id: string;
  readonly kind: RevocationKind;
  readonly value: string;
  readonly issuer?: string | undefined;
  readonly issuedBefore?: string | undefined;
  /** When it goes by itself: the last token that it means has expired by then. */
  readonly until: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly reason?: string | undefined;
  /** Only in the answer to whoever revokes: seconds until every API goes by it, at most. */
  readonly effectiveWithinSeconds?: number | undefined;
}

export interface RevocationPageView {
  readonly revocations: RevocationView[];
}

/**
 * The state of a token as shown. Revoked and disabled are what an operator set and come first; expired and
 * not-yet-valid are derived from the clock, and blocked is what the policy did.
 *
 * @param now epoch seconds
 */
export function shownStatus(
  token: Pick<ShownToken, 'status' | 'expiresAt' | 'notBefore' | 'blocked'>,
  now: number,
): ShownStatus {
  if (token.status !== 'active') {
    return token.status;
  }
  if (now >= token.expiresAt) {
    return 'expired';
  }
  if (token.blocked !== undefined) {
    return 'blocked';
  }
  return token.notBefore !== undefined && now < token.notBefore ? 'not-yet-valid' : 'active';
}

/**
 * A token as callers may see it. Every member is named here, so that nothing new in the record is shown by accident, and
 * the compiler asks for one that the table of attributes shows.
 *
 * @param now epoch seconds
 */
export function tokenView(token: ShownToken, now: number): TokenView {
  const { ancestors = [] } = token;
  const view: { readonly [name in keyof TokenView]-?: TokenView[name] | undefined } = {
    id: token.id,
    name: token.name,
    description: token.description,
    tags: token.tags && { ...token.tags },
    application: token.application,
    team: token.team,
    environment: token.environment,
    scopes: [...token.scopes],
    tier: token.tier,
    status: shownStatus(token, now),
    cidrs: [...token.cidrs],
    createdAt: isoTime(token.createdAt),
    createdBy: token.createdBy,
    ancestors: ancestors.length === 0 ? undefined : ancestors.map(ancestorView),
    notBefore: timeOrNone(token.notBefore),
    expiresAt: isoTime(token.expiresAt),
    lastUsedAt: timeOrNone(token.lastUsedAt),
    blocked: token.blocked && { reasons: [...token.blocked.reasons], since: isoTime(token.blocked.since) },
    secrets: secretViews(token),
    revokedAt: timeOrNone(token.revokedAt),
    revokedBy: token.revokedBy,
    version: token.version,
  };
  return withoutAbsent(view) as TokenView;
}

function secretViews(token: ShownToken): SecretView[] {
  const { secrets = [{ number: 1, createdAt: token.createdAt }], uses = {} } = token;
  return secrets.map((secret) => {
    const { firstAt, lastAt, address, userAgent } = uses[secret.number] ?? {};
    const endsAt = generationEnd(token, secret);
    // A period that has begun is told by its end alone.
    const waits = secret.overlapSeconds !== undefined && endsAt === generationEnd({ ...token, uses: {} }, secret);
    return withoutAbsent({
      number: secret.number,
      createdAt: isoTime(secret.createdAt),
      endsAt: isoTime(endsAt),
      overlapSeconds: waits ? secret.overlapSeconds : undefined,
      firstUsedAt: timeOrNone(firstAt),
      lastUsedAt: timeOrNone(lastAt),
      lastAddress: address,
      lastUserAgent: userAgent,
    });
  });
}

/** A token that another was derived from, as callers may see it. */
function ancestorView({ authMethod, issuer, subject, tokenId, administrator }: Ancestor): AncestorView {
  const principal = principalText({ method: authMethod, issuer, subject });
  return { principal, tokenId, ...(administrator === true ? { administrator } : {}) };
}

/** An application as callers may see it. */
export function applicationView(
  record: Pick<
    ApplicationRecord,
    'application' | 'team' | 'tier' | 'createdAt' | 'archivedAt' | 'maintainers' | 'version'
  >,
): ApplicationView {
  const { application, team = DEFAULT_TEAM, tier, createdAt, archivedAt, maintainers, version } = record;
  return withoutAbsent({
    application,
    team,
    tier,
    maintainers: maintainers && [...maintainers],
    createdAt: isoTime(createdAt),
    archivedAt: timeOrNone(archivedAt),
    version,
  });
}

/** A revocation as callers may see it. */
export function revocationView(entry: RevocationEntry): RevocationView {
  const { id, kind, value, issuer, createdBy, reason } = entry;
  return withoutAbsent({
    id,
    kind,
    value,
    issuer,
    issuedBefore: timeOrNone(entry.issuedBefore),
    until: isoTime(entry.until),
    createdAt: isoTime(entry.createdAt),
    createdBy,
    reason,
  });
}

/** Epoch seconds as RFC 3339 in UTC, without fractions. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function timeOrNone(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : isoTime(seconds);
}

export function withoutAbsent<T extends object>(view: T): T {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as T;
}
