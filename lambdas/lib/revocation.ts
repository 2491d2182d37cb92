/**
 * What a revocation names.
 *
 * - `token`: an API token, by its public id
 * - `jti`: an access token, by its id
 * - `sub`: access tokens of a subject
 * - `client`: without an issuer the tokens of an application, API tokens as well as access tokens that belong to it; with one the
 *   access tokens of a client of that issuer (`client_id`)
 * - `kid`: access tokens signed with a key
 * - `issuer`: access tokens of an issuer
 * - `ancestor`: what a token issued, and what that issued in turn: an API token by its public id, or with an issuer an access
 *   token by its id
 * - `source`: access tokens of the platform's own issuer by what they are derived from, as their claim `src` says it; or those of
 *   several sources, see `SOURCES` in `token-source.ts`
 *
 * What names a token means what is derived from it too, unless an administrator's token issued it: that needs `ancestor`.
 */
export type RevocationKind = 'token' | 'jti' | 'sub' | 'client' | 'kid' | 'issuer' | 'ancestor' | 'source';

/** Stands for the id of an access token that has none. It tells no token from another, so that nothing is revoked by it. */
export const NO_TOKEN_ID = '-';

/** Kinds in the order in which they are listed to people. */
export const REVOCATION_KINDS: readonly RevocationKind[] = [
  'token',
  'jti',
  'sub',
  'client',
  'kid',
  'issuer',
  'ancestor',
  'source',
];

/** Tokens that are refused. Times are epoch seconds. */
export interface RevocationEntry {
  /** Names the entry in lists; random. */
  readonly id: string;
  readonly kind: RevocationKind;
  /** Exact value of what `kind` names. */
  readonly value: string;
  /** Issuer whose tokens are meant: always for `jti`, `sub` and `kid`, but for entries from before that was so, which mean every issuer. */
  readonly issuer?: string;
  /** Tokens issued at this time and later are not meant; without it all are. */
  readonly issuedBefore?: number;
  /** When the last token that is meant has expired by itself, and the entry may go. */
  readonly until: number;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Application of who made it; its entries have a share of the set. Absent where who made it may revoke everything. */
  readonly application?: string;
  /** Why, for people. */
  readonly reason?: string;
}

/**
 * Sources that have ended, or may do less, by their names (`token-source.ts`): the time before which what was issued is refused, in epoch seconds. They are
 * written with each such change, so that there can be many, and are kept as short as possible.
 */
export type SourceCuts = Readonly<Record<string, number>>;

/** The one item of the token table that holds every revocation of the environment. */
export interface RevocationItem {
  readonly pk: string;
  readonly entity: 'revocations';
  /** Entries by a name of their own, so that each is added and taken away by itself and writers do not meet. */
  readonly named?: Readonly<Record<string, RevocationEntry>>;
  /** Entries of before they had names; the next change gives them one. */
  readonly entries?: readonly RevocationEntry[];
  /** @default - nothing was derived, or no source of it has changed */
  readonly sources?: SourceCuts;
  /** Number of changes. */
  readonly version: number;
}

/** Every entry of an item. */
export function entriesOf({ named = {}, entries = [] }: Pick<RevocationItem, 'named' | 'entries'>): RevocationEntry[] {
  return [...entries, ...Object.values(named)];
}

/** Hash key of the item. */
export const REVOCATIONS_KEY = 'revocations';

/**
 * Longest set, in bytes of JSON: DynamoDB items have at most 400 KB, and strict APIs read it with each request. Requests at the
 * same time may pass it by what they add.
 */
export const MAX_REVOCATION_BYTES = 300_000;

/** Part of the set for callers who may not revoke everything, in bytes: the rest is kept for those who may. */
export const MAX_OWN_REVOCATION_BYTES = 200_000;

/** Part of the set for the entries of one application, in bytes: about 250 entries. */
export const MAX_APPLICATION_REVOCATION_BYTES = 60_000;
