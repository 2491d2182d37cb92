import type { AuthMethod } from './principal';

/** State that an operator sets; expired and in-grace are derived from the clock instead. */
export type TokenStatus = 'active' | 'disabled' | 'revoked';

/** One secret generation of a token; at most two live side by side. */
export interface SecretGeneration {
  readonly number: number;
  /** HMAC-SHA-256 of the whole token under the pepper `pepperId`, base64url. */
  readonly hash: string;
  readonly pepperId: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** Epoch seconds from which this generation is refused at the latest; absent for the newest one. */
  readonly graceUntil?: number;
  /** Key of the request that made this generation, where it may be repeated: a repeat then makes no other. */
  readonly request?: string;
  /** For how long this generation is accepted after the first use of the newer one, in seconds; `graceUntil` is then the hard end. */
  readonly overlapSeconds?: number;
}

/** What whoever may read a token sees of a secret generation. Written with `generations`, never by itself: {@link withSecrets}. */
export type ShownSecret = Omit<SecretGeneration, 'hash' | 'pepperId' | 'request'>;

/** Use of a secret generation, as the access log told. All times are epoch seconds. */
export interface SecretUse {
  readonly firstAt: number;
  readonly lastAt: number;
  /** Source address of the last use. */
  readonly address?: string;
  /** User agent of the last use. */
  readonly userAgent?: string;
}

/** Why a token is refused until its policy is met again. */
export interface Blocked {
  /** Rules of the policy that the token breaks. */
  readonly reasons: readonly string[];
  /** Epoch seconds. */
  readonly since: number;
}

/** Application of administrator tokens; nobody may issue for it over HTTP, and no issuer speaks for it. */
export const ADMINISTRATION_APPLICATION = 'gatehouse-administration';

/** Beginning of the names of the applications of revocation canaries; nobody may issue for them over HTTP either. */
export const CANARY_APPLICATION_PREFIX = 'gatehouse-canary-';

/** A token that another was derived from, with everything by which it can be revoked. */
export interface Ancestor {
  readonly authMethod: AuthMethod;
  readonly issuer: string;
  readonly subject: string;
  /** Public id of an API token, `jti` of an access token. */
  readonly tokenId: string;
  readonly application?: string | undefined;
  readonly clientId?: string | undefined;
  readonly keyId?: string | undefined;
  /** What an access token of the platform's own issuer was derived from: its claim `src`. Looked at in `derived-revocations.ts`. */
  readonly source?: string | undefined;
  /** Epoch seconds. */
  readonly issuedAt: number;
  /** Whether it was an administrator's, made by a direct invocation: what that issues stands by itself. */
  readonly administrator?: boolean | undefined;
  /** Whether it was the session of a person who acted by a role: what people issue stands by itself, too. */
  readonly person?: boolean | undefined;
}

/** An API token in the token table. All times are epoch seconds. */
export interface TokenRecord {
  readonly pk: string;
  readonly entity: 'token';
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly application: string;
  readonly team?: string;
  readonly environment: string;
  readonly scopes: readonly string[];
  readonly tier?: string;
  readonly status: TokenStatus;
  /** Allowed source networks, IPv4 and IPv6; empty means any. */
  readonly cidrs: readonly string[];
  readonly createdAt: number;
  /** Principal that issued the token. */
  readonly createdBy: string;
  /** What the token was derived from, the first one first; at most {@link MAX_ANCESTORS}. */
  readonly ancestors?: readonly Ancestor[];
  readonly notBefore?: number;
  readonly expiresAt: number;
  /** Written by the usage aggregator alone, like `uses`. */
  readonly lastUsedAt?: number;
  /** Use of each secret generation, by its number as text. */
  readonly uses?: Readonly<Record<string, SecretUse>>;
  /** A tighter policy blocks a token, it does not end it. @default - the token meets its policy */
  readonly blocked?: Blocked;
  /** Epoch seconds. */
  readonly revokedAt?: number;
  /** Principal that revoked the token. */
  readonly revokedBy?: string;
  readonly generations: readonly SecretGeneration[];
  /** What is shown of `generations`. @default - the first generation alone, as old as the token */
  readonly secrets?: readonly ShownSecret[];
  /** Optimistic lock. */
  readonly version: number;
  /** Value of the API Gateway key that meters the token; a secret. */
  readonly usageKey?: string;
  /** Id of the job that changed it last: whoever goes on with a job after a crash sees by it what is done. @default - no job did */
  readonly job?: string;
  /** DynamoDB time to live, epoch seconds. */
  readonly purgeAt?: number;
}

/** What is done with an attribute of a token. */
interface AttributeUse {
  /** Whoever may read tokens sees it: it is in answers, and in lists and so in the indexes of the table. Never a secret. */
  readonly shown?: true;
  /**
   * Shown with a single token only: DynamoDB projects at most 20 named attributes to an index, and 100 to all indexes of a table together
   * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html).
   */
  readonly unlisted?: true;
  /** The authorizer decides by it, with each request, and refuses a record in which its form is wrong. */
  readonly judged?: true;
  /** A time in epoch seconds, which people see as RFC 3339. */
  readonly time?: true;
}

/**
 * Every attribute of a token with what is done with it. The projection of the indexes follows this table at run time; what the token service
 * shows, the schema of its answers and what the authorizer checks follow it by their types, so that a new attribute compiles when each has it.
 */
export const TOKEN_ATTRIBUTES = {
  pk: {},
  entity: {},
  id: { shown: true, judged: true },
  name: { shown: true },
  description: { shown: true },
  tags: { shown: true },
  application: { shown: true, judged: true },
  team: { shown: true, judged: true },
  environment: { shown: true, judged: true, unlisted: true },
  scopes: { shown: true, judged: true },
  tier: { shown: true, judged: true },
  status: { shown: true, judged: true },
  cidrs: { shown: true, judged: true },
  createdAt: { shown: true, time: true },
  createdBy: { shown: true },
  ancestors: { shown: true, judged: true },
  notBefore: { shown: true, judged: true, time: true },
  expiresAt: { shown: true, judged: true, time: true },
  lastUsedAt: { shown: true, time: true },
  uses: { shown: true, judged: true },
  blocked: { shown: true, judged: true },
  revokedAt: { shown: true, time: true },
  revokedBy: { shown: true, unlisted: true },
  generations: { judged: true },
  secrets: { shown: true },
  version: { shown: true },
  usageKey: { judged: true },
  job: {},
  purgeAt: { time: true },
} as const satisfies Readonly<Record<keyof TokenRecord, AttributeUse>>;

/** Names of the attributes with a use. */
type AttributesWith<Use extends keyof AttributeUse> = {
  [name in keyof TokenRecord]-?: (typeof TOKEN_ATTRIBUTES)[name] extends { readonly [use in Use]: true } ? name : never;
}[keyof TokenRecord];

/** Names of the attributes that hold times. */
export type TokenTime = AttributesWith<'time'>;

/** A token as whoever may read tokens sees it. */
export type ShownToken = Pick<TokenRecord, AttributesWith<'shown'>>;

/** A token as an index of the table holds it: what lists show, and the hash key of the index of all tokens. */
export type ListedToken = Pick<TokenRecord, Exclude<AttributesWith<'shown'>, AttributesWith<'unlisted'>> | 'entity'>;

/** What the authorizer reads of a token. */
export type JudgedToken = Pick<TokenRecord, AttributesWith<'judged'>>;

/** Names of the attributes of a {@link ListedToken}. */
export function listedAttributes(): (keyof ListedToken)[] {
  const uses: Readonly<Record<string, AttributeUse>> = TOKEN_ATTRIBUTES;
  const listed = Object.keys(uses).filter((name) => uses[name]?.shown && !uses[name]?.unlisted);
  return [...(listed as (keyof ListedToken)[]), 'entity'];
}

/** Generations with what is shown of them: the two are only ever written together. */
export function withSecrets(generations: readonly SecretGeneration[]): Pick<TokenRecord, 'generations' | 'secrets'> {
  return { generations, secrets: generations.map(({ hash: _, pepperId: __, request: ___, ...shown }) => shown) };
}

/** An application in the token table: who tokens belong to, and the usage key that meters them. */
export interface ApplicationRecord {
  readonly pk: string;
  readonly entity: 'application';
  readonly application: string;
  readonly team?: string;
  readonly tier?: string;
  /** Id of the API Gateway key. */
  readonly usageKeyId?: string;
  /** Value of the API Gateway key, once the key can be used; a secret. */
  readonly usageKey?: string;
  /** Value chosen for the API Gateway key before it exists and is attached; a secret that readers ignore. */
  readonly pendingUsageKey?: string;
  /** Tier whose plans the key may still be in, while it moves to those of `tier`. */
  readonly formerTier?: string;
  /** Ids of the members of its team that look after it. @default - nobody does */
  readonly maintainers?: readonly string[];
  /** When it was archived, epoch seconds: no token is issued for it any more. */
  readonly archivedAt?: number;
  /** Team, as hash key of the index of applications by team. */
  readonly applicationOf?: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** Optimistic lock. */
  readonly version: number;
}

/** Longest line of ancestors: a token that has so many issues no other. */
export const MAX_ANCESTORS = 5;

/** Hash key of the token table. */
export const TOKEN_TABLE_KEY = 'pk';

/** Global secondary indexes of the token table; those of tokens project public attributes only, never `generations` or `usageKey`. */
export const TOKEN_INDEXES = {
  /** Hash `entity`, range `createdAt`. */
  byCreated: 'by-created',
  /** Hash `application`, range `createdAt`. */
  byApplication: 'by-application',
  /** Hash `team`, range `createdAt`. */
  byTeam: 'by-team',
  /** Hash `team`, range `expiresAt`: tokens alone expire. */
  byTeamExpiry: 'by-team-expiry',
  /** Hash `applicationOf`, range `application`: applications alone have the first, and clients, by another name of their team (`clientsOf`). */
  applicationsOfTeam: 'applications-of-team',
  /** Hash `outboxOf`, range `outboxAt`: the items with entries that are not known to be in the trail. It is empty nearly always. */
  byOutbox: 'outbox-at',
  /** Hash {@link OPEN_JOBS}, range `createdAt`: the jobs that are not over. It is empty nearly always. */
  openJobs: 'open-jobs',
} as const;

/** Hash key of the index of open jobs; no other item has the attribute. */
export const OPEN_JOBS = 'openJob';

/** Attribute of the table's time to live. */
export const TOKEN_TTL_ATTRIBUTE = 'purgeAt';

/** Key of a token's item. */
export function tokenKey(id: string): string {
  return `token#${id}`;
}

/** Key of an application's item. */
export function applicationKey(name: string): string {
  return `application#${name}`;
}

/** Key of a job's item. */
export function jobKey(id: string): string {
  return `job#${id}`;
}
