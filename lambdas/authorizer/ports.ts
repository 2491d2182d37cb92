import type { BoundedRequest, BoundedResponse } from '../lib/http-request';
import type { SignatureEngine } from './access-token/signature';
import type { Credential } from './credential';
import type { GatewayRequest } from './event/request';
import type { Decision, Reason } from './reasons';

/** What a rule set that is not enforced says about a request. */
export interface ShadowVerdict {
  readonly decision: 'allow' | 'deny';
  /**
   * - `ok`, `scope_denied`: what the scopes of the token give
   * - `public`: the route would need no token
   * - `iam`: the route would need a signature of AWS in place of a token
   * - `no_route`: the rule set has no such route
   */
  readonly reason: 'ok' | 'scope_denied' | 'public' | 'iam' | 'no_route';
}

/** What the authorizer decided about one request. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly reason: Reason;
  readonly request: GatewayRequest | undefined;
  /** Route as in the table, `GET /v1/sales/{region}`. */
  readonly route: string | undefined;
  /** Public id of the token. */
  readonly tokenId: string | undefined;
  /** Name of the claim, or header member, that a token is refused for with `bad_claims`; never what it holds. */
  readonly claim?: string | undefined;
  /** The verified token; it holds the usage key, a secret. */
  readonly credential: Credential | undefined;
  /** Whether the token had been verified a moment before. */
  readonly cacheHit: boolean;
  readonly latencyMs: number;
  /** The cause of an `error`. */
  readonly error: unknown;
  /** What the API's rule set that is not enforced would have decided, where that is different. */
  readonly shadow?: ShadowVerdict | undefined;
}

/** Failures that a value in memory hides from the caller for a while. */
export type Warning =
  | 'pepper_refresh_failed'
  | 'key_set_refresh_failed'
  | 'revocations_refresh_failed'
  | 'client_secret_refresh_failed'
  | 'shadow_failed';

/** Everything the authorizer reaches outside itself. */
export interface AuthorizerPorts {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Reads one item of the token table by its key, consistently or not; `undefined` when there is none. */
  readonly readItem: (key: string, consistent: boolean) => Promise<Record<string, unknown> | undefined>;
  /** Reads the value of a secret by its name. */
  readonly readSecret: (name: string) => Promise<string>;
  /** Sends a request to an authorization server. */
  readonly send: (request: BoundedRequest) => Promise<BoundedResponse>;
  /** Reads the value of the pepper secret. */
  readonly readPepper: () => Promise<string>;
  /** Fetches the JSON Web Key Set at an address. */
  readonly fetchKeySet: (uri: string) => Promise<unknown>;
  /** Checks the signature of an access token. */
  readonly verifySignature: SignatureEngine;
  /** Receives each decision. */
  readonly log: (record: DecisionRecord) => void;
  /** Receives failures that a cached value hides from the caller. */
  readonly warn: (event: Warning, error: unknown) => void;
}
