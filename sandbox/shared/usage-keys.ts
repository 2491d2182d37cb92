/** What the gateway knows of a usage key. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly usagePlanIds: readonly string[];
}

/** The usage keys as the data plane sees them: in memory, current at once after a change. */
export interface ApiKeyStore {
  /** By the value that a caller or an authorizer presents. */
  findByValue(value: string): ApiKeyView | undefined;
  /** Counts a request with a key, for GetUsage; `remaining` is what its quota still has. */
  recordUse(use: { readonly keyId: string; readonly planId: string; readonly remaining: number }): void;
}
