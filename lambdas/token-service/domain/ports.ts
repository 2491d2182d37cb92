import type { Log } from '../../lib/log';
import type { RevocationEntry, RevocationItem } from '../../lib/revocation';
import type { ApplicationRecord, ListedToken, TokenRecord } from '../../lib/token-record';

/** Place in a list after which the next page begins. */
export interface ListPosition {
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly id: string;
}

export interface ListRequest {
  /** Only the tokens of this application. @default - all tokens */
  readonly application?: string | undefined;
  readonly limit: number;
  readonly after?: ListPosition | undefined;
}

/** The token table. Every method rejects when DynamoDB does. Writes touch a single item and are conditional. */
export interface TokenStore {
  getToken(id: string): Promise<TokenRecord | undefined>;
  /** `false` when the id is taken. */
  addToken(token: TokenRecord): Promise<boolean>;
  /** Revokes a token whatever else happens to it; `revoked` is `false` when it was revoked before. `undefined` when there is none. */
  revokeToken(
    id: string,
    by: { readonly revokedAt: number; readonly revokedBy: string },
  ): Promise<{ readonly token: TokenRecord; readonly revoked: boolean } | undefined>;
  /** Newest first; `next` is absent on the last page. */
  listTokens(request: ListRequest): Promise<{ readonly tokens: readonly ListedToken[]; readonly next?: ListPosition }>;
  getApplication(name: string): Promise<ApplicationRecord | undefined>;
  /** `false` when the application exists. */
  addApplication(application: ApplicationRecord): Promise<boolean>;
  getRevocations(): Promise<RevocationItem | undefined>;
  /** Writes the set of version `item.version` over that of the version before; `false` when that has changed. */
  replaceRevocations(item: RevocationItem): Promise<boolean>;
  /** Writes an empty set whatever there is, also where it cannot be read. */
  resetRevocations(): Promise<void>;
  /**
   * Puts one entry under its name, beside whatever others do to the set. `false` when another entry than `over` has the name,
   * or there is no set yet.
   */
  putRevocation(key: string, entry: RevocationEntry, over?: RevocationEntry): Promise<boolean>;
  /** Takes one entry away; `false` when another has its name by now, or none, or it was renewed. */
  removeRevocation(key: string, entry: RevocationEntry): Promise<boolean>;
  /** Writes the record of version `application.version` over that of the version before; `false` when that has changed. */
  replaceApplication(application: ApplicationRecord): Promise<boolean>;
}

/** API Gateway keys that meter applications. */
export interface UsageKeys {
  /** Makes the key with this name and value, or finds the one that an earlier attempt made. */
  ensureKey(name: string, value: string): Promise<{ readonly id: string; readonly value: string }>;
  /** Attaches a key to the tier's usage plan of every API. Attaching again changes nothing. */
  attachKey(keyId: string, tier: string): Promise<void>;
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
}

/** Everything outside the token service. */
export interface TokenServicePorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new token with its id, from a cryptographic generator. */
  readonly newToken: () => { readonly token: string; readonly id: string };
  /** A new id: 16 letters and digits, from a cryptographic generator. */
  readonly newId: () => string;
  /** A new value of a usage key: 20 to 128 letters and digits, from a cryptographic generator. */
  readonly newUsageKey: () => string;
  readonly store: TokenStore;
  readonly pepper: () => Promise<CurrentPepper>;
  readonly usageKeys: UsageKeys;
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

/** The time now, in epoch seconds. */
export function epochSeconds({ now }: Pick<TokenServicePorts, 'now'>): number {
  return Math.floor(now() / 1000);
}
