import { createHash } from 'node:crypto';

/** A token as its provider made it. */
export interface ProvidedToken {
  readonly id: string;
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** An API that issues tokens. Calls reject with an error that holds no token. */
export interface TokenProvider {
  /** Makes a token; `token` is the value to give it, where the caller chooses. */
  create(request: {
    readonly label: string;
    readonly idempotencyKey: string;
    readonly token?: string;
    /** Token in use. */
    readonly current?: string;
  }): Promise<ProvidedToken>;
  /** Tokens whose labels begin so; `undefined` when the provider has no list. */
  list(
    labelPrefix: string,
    current?: string,
  ): Promise<readonly { readonly id: string; readonly label: string }[] | undefined>;
  /** Whether the provider accepts the token. */
  probe(token: string): Promise<boolean>;
  /** Ends a token; one that is gone already is no error. */
  revoke(id: string, current?: string): Promise<void>;
}

/** Second store for a token that the provider shows once, until Secrets Manager has it. */
export interface RecoveryStore {
  save(versionId: string, token: ProvidedToken): Promise<void>;
  load(versionId: string): Promise<ProvidedToken | undefined>;
}

/** What upstream tokens need beside the engine. */
export interface UpstreamTokenPorts {
  readonly provider: TokenProvider;
  readonly recovery: RecoveryStore;
}

/** Payload of the secret of an upstream token. */
export interface UpstreamToken {
  /** Name of the token at its provider; it ends with the version of the secret that brought it. */
  readonly label: string;
  /** Id at the provider; `null` where the caller chose the token, and the provider had not seen it yet. */
  readonly tokenId: string | null;
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** First part of the labels of a secret's tokens: its name is not shown to the provider. */
export function labelPrefix(secretName: string): string {
  return `gatehouse-${createHash('sha256').update(secretName).digest('hex').slice(0, 12)}-`;
}
