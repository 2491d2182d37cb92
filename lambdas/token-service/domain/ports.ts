import type { Log } from '../../lib/log';
import type { RevocationEntry, RevocationItem, SourceCuts } from '../../lib/revocation';
import type { ApplicationRecord, ListedToken, TokenRecord } from '../../lib/token-record';
import type { TrailEntry } from '../../lib/trail/trail-entry';
import type { TrailReader } from '../../lib/trail/trail-reader';
import type { BulkIndex } from './bulk/bulk-ports';
import type { ClientIndex } from './clients/client-index';
import type { ItemChanges, ListPosition, StoredItem } from './items';
import type { TeamStore } from './teams/team-store';
import type { UsageReader } from './usage/usage-reader';

export type { ItemChanges, ListPosition, StoredItem } from './items';

/** Place in an index of tokens after which the next piece begins. */
export interface TokenPosition {
  /** Value of the range key, epoch seconds. */
  readonly at: number;
  /** Id of the token, or key of another item of the index. */
  readonly key: string;
}

/** A piece of an index of tokens: of one application, of one team, or of all. */
export interface TokenIndexRequest {
  readonly application?: string | undefined;
  readonly team?: string | undefined;
  /** Range key; by expiry there is an index for each team only. */
  readonly by: 'createdAt' | 'expiresAt';
  readonly isAscending: boolean;
  /** Only what has an earlier range key, epoch seconds. */
  readonly before?: number | undefined;
  /** Items that are read, whatever they are. */
  readonly limit: number;
  readonly after?: TokenPosition | undefined;
}

export interface ListRequest {
  /** Only the tokens of this application. @default - all tokens */
  readonly application?: string | undefined;
  /** Only the tokens of this team. @default - of every team */
  readonly team?: string | undefined;
  readonly limit: number;
  readonly after?: ListPosition | undefined;
}

/**
 * Items of the token table by their keys. Every method rejects when DynamoDB does. Reads see every write that was acknowledged before; writes
 * touch a single item and are conditional. An entry goes into the outbox of the item with the change that it tells of.
 */
export interface ItemStore {
  get<T extends StoredItem>(key: string): Promise<T | undefined>;
  /** `false` when there is an item with this key. */
  add(item: StoredItem, entry?: TrailEntry): Promise<boolean>;
  /** Changes an item that still has the version, and raises it; `undefined` when it has another, or there is none. */
  update<T extends StoredItem>(
    key: string,
    version: number,
    changes: ItemChanges<T>,
    entry?: TrailEntry,
  ): Promise<T | undefined>;
  /** Takes an entry out of the outbox of an item, where it is still there. */
  settle(key: string, entry: Pick<TrailEntry, 'id'>): Promise<void>;
}

/** The audit trail, as those see it who write to it. */
export interface TrailWriter {
  /**
   * Puts an entry at its place. The same entry again changes nothing.
   *
   * @throws when the trail cannot be written, or another entry has the place
   */
  append(entry: TrailEntry): Promise<void>;
}

/**
 * Tokens, applications and revocations in the token table. Every method rejects when DynamoDB does. Writes touch a single item, are conditional,
 * and put the entry of the trail into the outbox of the item.
 */
export interface TokenStore {
  getToken(id: string): Promise<TokenRecord | undefined>;
  /** `false` when the id is taken. */
  addToken(token: TokenRecord, entry?: TrailEntry): Promise<boolean>;
  /**
   * Changes a token that still has the version and is not revoked; `undefined` when it is not so.
   *
   * @param forgotten names of uses that are removed, of those that were there. @default - none
   */
  updateToken(
    id: string,
    version: number,
    changes: ItemChanges<TokenRecord>,
    entry?: TrailEntry,
    forgotten?: readonly string[],
  ): Promise<TokenRecord | undefined>;
  /** Revokes a token whatever else happens to it; `undefined` when it was revoked before, or there is none. */
  revokeToken(
    id: string,
    by: Pick<Required<TokenRecord>, 'revokedAt' | 'revokedBy'> & Pick<TokenRecord, 'job'>,
    entry?: TrailEntry,
  ): Promise<TokenRecord | undefined>;
  /** Newest first; `next` is absent on the last page. */
  listTokens(request: ListRequest): Promise<{ readonly tokens: readonly ListedToken[]; readonly next?: ListPosition }>;
  /** Reads a piece of an index; `next` is absent at its end. Items that are no tokens are examined and left out. */
  readTokens(request: TokenIndexRequest): Promise<{
    readonly tokens: readonly ListedToken[];
    readonly examined: number;
    readonly next?: TokenPosition;
  }>;
  getApplication(name: string): Promise<ApplicationRecord | undefined>;
  /** `false` when the application exists. */
  addApplication(application: ApplicationRecord, entry?: TrailEntry): Promise<boolean>;
  getRevocations(): Promise<RevocationItem | undefined>;
  /** Writes the set of version `item.version` over that of the version before; `false` when that has changed. */
  replaceRevocations(item: RevocationItem): Promise<boolean>;
  /** Writes a set of these entries and sources, whatever there is, also where it cannot be read. `false` when it has changed since it was read. */
  resetRevocations(entry?: TrailEntry, sources?: SourceCuts, named?: RevocationItem['named']): Promise<boolean>;
  /**
   * Notes sources in the set beside whatever others do to it, and takes away what is over. `false` when one of them has a later time by now, or one to
   * be taken away another.
   *
   * @param item the set as it was read
   */
  cutSources(item: RevocationItem | undefined, cuts: SourceCuts, over: SourceCuts): Promise<boolean>;
  /**
   * Puts one entry under its name, beside whatever others do to the set. `false` when another entry than `over` has the name,
   * or there is no set yet.
   */
  putRevocation(
    key: string,
    entry: RevocationEntry,
    over: RevocationEntry | undefined,
    told?: TrailEntry,
  ): Promise<boolean>;
  /** Takes one entry away; `false` when another has its name by now, or none, or it was renewed. */
  removeRevocation(key: string, entry: RevocationEntry, told?: TrailEntry): Promise<boolean>;
  /** Changes an application that still has the version; `undefined` when it has another. */
  updateApplication(
    name: string,
    version: number,
    changes: ItemChanges<ApplicationRecord>,
    entry?: TrailEntry,
  ): Promise<ApplicationRecord | undefined>;
}

/** API Gateway keys that meter applications. */
export interface UsageKeys {
  /** Makes the key with this name and value, or finds the one that an earlier attempt made. */
  ensureKey(name: string, value: string): Promise<{ readonly id: string; readonly value: string }>;
  /** Attaches a key to the tier's usage plan of every API. Attaching again changes nothing. */
  attachKey(keyId: string, tier: string): Promise<void>;
  /** Takes a key out of the tier's usage plan of every API. What is out already stays out. */
  detachKey(keyId: string, tier: string): Promise<void>;
}

/** What became of the authorizer's results that the gateways of the platform keep. */
export interface CacheFlush {
  /** Gateways that have dropped their results. */
  readonly flushed: number;
  /** Gateways that have not, each with the reason. */
  readonly failures: readonly string[];
}

/** The pepper under which new tokens are hashed. */
export interface CurrentPepper {
  readonly id: string;
  readonly key: Buffer;
  /** Other peppers that are still accepted, by their ids. @default - there are none */
  readonly others?: ReadonlyMap<string, Buffer> | undefined;
}

/** Everything outside the token service. */
export interface TokenServicePorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A token with a new secret from a cryptographic generator, and its id: the given one, or a new one. */
  readonly newToken: (id?: string) => { readonly token: string; readonly id: string };
  /** The same for the secret of a client, whose id it carries. */
  readonly newClientSecret: (id?: string) => { readonly token: string; readonly id: string };
  /** A new id: 16 letters and digits, from a cryptographic generator. */
  readonly newId: () => string;
  /** A new value of a usage key: 20 to 128 letters and digits, from a cryptographic generator. */
  readonly newUsageKey: () => string;
  readonly store: TokenStore;
  readonly teams: TeamStore;
  readonly items: ItemStore;
  readonly clients: ClientIndex;
  readonly bulk: BulkIndex;
  /** @default - there is no audit trail */
  readonly trail?: TrailWriter | undefined;
  /** @default - there is no audit trail */
  readonly trailReader?: TrailReader | undefined;
  readonly pepper: () => Promise<CurrentPepper>;
  readonly usageKeys: UsageKeys;
  /** @default - calls are not counted: their numbers are unavailable */
  readonly usage?: UsageReader | undefined;
  /**
   * Makes every gateway of the platform drop the results of the authorizer that it keeps. It takes a bounded time, and what fails is in
   * the answer: nothing that is safe may depend on it.
   */
  readonly flushAuthorizerCaches: () => Promise<CacheFlush>;
  readonly log: Log;
  /** Waits, in milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** From 0 to 1, to tell those apart who wait; no secret comes of it. */
  readonly random: () => number;
}

/** What work needs that goes on without a request: it issues nothing and signs nothing. */
export type WorkPorts = Omit<
  TokenServicePorts,
  'newToken' | 'newClientSecret' | 'newUsageKey' | 'clients' | 'pepper' | 'trailReader' | 'usage' | 'usageKeys'
>;

/** The time now, in epoch seconds. */
export function epochSeconds({ now }: Pick<TokenServicePorts, 'now'>): number {
  return Math.floor(now() / 1000);
}
