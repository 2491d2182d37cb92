import type { AuthMethod } from '../lib/principal';
import type { Ancestor } from '../lib/token-record';
import type { Reason, Refusal } from './reasons';

/** A token that was verified: who calls, and what the token may do. Times are epoch seconds. */
export interface Credential {
  readonly authMethod: AuthMethod;
  /** Public id of the API token, or the `jti` of the access token. */
  readonly tokenId: string;
  /** Who acts: the one text of method, issuer and subject. */
  readonly principal: string;
  /** Issuer of an access token; of an API token the platform. */
  readonly issuer: string;
  /** Subject of an access token; public id of an API token. */
  readonly subject: string;
  /** What the token belongs to; an access token belongs to one where its issuer is bound to it. */
  readonly application?: string | undefined;
  /** Client that an access token was issued to, as its issuer names it. */
  readonly clientId?: string;
  readonly team?: string | undefined;
  readonly tier?: string | undefined;
  readonly environment: string;
  readonly scopes: readonly string[];
  /** When the token, or the secret of an API token that was used, was issued. */
  readonly issuedAt: number;
  /** Id of the key that signed an access token. */
  readonly keyId?: string;
  /** What an API token was derived from. */
  readonly ancestors?: readonly Ancestor[] | undefined;
  /** What a token of the platform's own issuer was derived from: its claim `src`. */
  readonly source?: string;
  /** Marks of what its source was derived from; see `lineage.ts`. */
  readonly lineage?: readonly string[];
  /** The one API that a token of the platform's own issuer is for. @default - any */
  readonly resource?: string;
  /** What binds an access token to its sender: its `cnf` claim (RFC 7800), unchecked. */
  readonly confirmation?: unknown;
  /** Expiry as the token states it. */
  readonly expiresAt: number;
  /** Moment from which the token is refused: `expiresAt` and the accepted clock difference, or the end of a grace period. */
  readonly refusedFrom: number;
  /** When the secret that was used ends, where a newer one takes over from it (API tokens). */
  readonly graceUntil?: number | undefined;
  /** Generation of the secret that was used (API tokens). */
  readonly secretGeneration?: number;
  /** Networks that the token may be used from; empty means any. */
  readonly cidrs: readonly string[];
  /** Value of the API Gateway key that meters the caller; a secret. */
  readonly usageKey?: string | undefined;
}

/** Verifies an access token, at once where nothing has to be waited for; rejects when a dependency fails. */
export type Verifier = (token: string) => Credential | Refusal | Promise<Credential | Refusal>;

/** Whether a time lies before or after those in which a token is valid; all in epoch seconds. */
export function timeProblem(now: number, notBefore: number, refusedFrom: number): Reason | undefined {
  return now >= refusedFrom ? 'expired' : now < notBefore ? 'not_yet_valid' : undefined;
}
