/** A token that was verified: who calls, and what the token may do. Times are epoch seconds. */
export interface Credential {
  readonly authMethod: 'api_token' | 'access_token';
  /** Public id of the API token, or the `jti` of the access token. */
  readonly tokenId: string;
  /** Who acts: the application of an API token, or the subject of an access token. */
  readonly principal: string;
  readonly application: string;
  readonly team?: string | undefined;
  readonly tier?: string | undefined;
  readonly environment: string;
  readonly scopes: readonly string[];
  /** When the token, or the secret of an API token that was used, was issued. */
  readonly issuedAt: number;
  /** Issuer of an access token. */
  readonly issuer?: string;
  /** Id of the key that signed an access token. */
  readonly keyId?: string;
  /** What binds an access token to its sender: its `cnf` claim (RFC 7800), unchecked. */
  readonly confirmation?: unknown;
  /** Expiry as the token states it. */
  readonly expiresAt: number;
  /** Moment from which the token is refused: `expiresAt` and the accepted clock difference, or the end of a grace period. */
  readonly refusedFrom: number;
  /** Generation of the secret that was used (API tokens). */
  readonly secretGeneration?: number;
  /** Networks that the token may be used from; empty means any. */
  readonly cidrs: readonly string[];
  /** Value of the API Gateway key that meters the caller; a secret. */
  readonly usageKey?: string | undefined;
}
