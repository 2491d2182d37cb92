import type { Algorithm } from './grammar';
import type { Jwk } from './signing-keys';
import type { SecretGeneration, ShownSecret } from './token-record';

/** Public keys that a client may have at the same time. */
export const MOST_CLIENT_KEYS = 4;

/** Life of the access tokens of a client that says none, in seconds. The longest is in `token-source.ts`. */
export const CLIENT_TOKEN_SECONDS = 600;

/** Ways in which an OAuth client can authenticate (RFC 6749, 2.3.1; OpenID Connect Core, 9; RFC 8705, 2). */
export const CLIENT_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const;
export type ClientAuthMethod = (typeof CLIENT_AUTH_METHODS)[number];

/** Grants that a client can be registered for. */
export const CLIENT_GRANTS = ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'] as const;
export type ClientGrant = (typeof CLIENT_GRANTS)[number];

/** A public key of a client, by which its assertions are verified (`private_key_jwt`). */
export interface ClientKey {
  /** Key id, unique for the client. */
  readonly kid: string;
  /** The one JWS algorithm of the key. */
  readonly algorithm: Algorithm;
  readonly publicJwk: Jwk;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** What a client's certificate has to be; exactly one member says it (RFC 8705, 2.1.2 and 2.2.2). */
export interface ClientCertificate {
  /** Subject distinguished name, as RFC 4514 writes it. */
  readonly subjectDn?: string;
  /** A `dNSName` of the subject alternative names. */
  readonly sanDns?: string;
  /** A `uniformResourceIdentifier` of the subject alternative names. */
  readonly sanUri?: string;
  /** `x5t#S256` of a self-signed certificate. */
  readonly thumbprint?: string;
}

/** An OAuth client in the token table. It belongs to an application. All times are epoch seconds. */
export interface ClientRecord {
  readonly pk: string;
  readonly entity: 'client';
  /** Public id: 16 base62 characters. Its secrets carry it, too. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly application: string;
  readonly team?: string;
  readonly environment: string;
  readonly status: 'active' | 'disabled' | 'removed';
  /** One or more. */
  readonly authMethods: readonly ClientAuthMethod[];
  readonly grants: readonly ClientGrant[];
  /** What its tokens may have, and have where it does not ask for less: exact scopes, never wildcards. */
  readonly scopes: readonly string[];
  /** Absolute URIs that it may ask tokens for (RFC 8707). @default - any of the platform */
  readonly resources?: readonly string[];
  /** Generations of its secret, at most two, as of tokens. */
  readonly generations: readonly SecretGeneration[];
  /** What is shown of `generations`, as of tokens: the indexes of the table hold this attribute, and so never a hash. */
  readonly secrets?: readonly ShownSecret[];
  /** At most four. */
  readonly keys: readonly ClientKey[];
  readonly certificate?: ClientCertificate;
  /** Whether its tokens are always bound to a key (RFC 9449, 5.2). @default false */
  readonly dpopBoundAccessTokens?: boolean;
  /** Networks that it, and its tokens, may be used from; empty means any. */
  readonly cidrs: readonly string[];
  /** Life of its access tokens, in seconds, at most 3600. @default 600 */
  readonly accessTokenSeconds?: number;
  readonly createdAt: number;
  /** Principal that registered the client. */
  readonly createdBy: string;
  readonly removedAt?: number;
  /** Hash key of the index of clients by team: {@link clientsOf} its team. */
  readonly applicationOf?: string;
  /** Optimistic lock. */
  readonly version: number;
}

/** Key of a client's item. */
export function clientKey(id: string): string {
  return `client#${id}`;
}

/**
 * Name of the clients of a team in the index of applications by team, which finds both and neither among the other: no team has a `#` in its name.
 */
export function clientsOf(team: string): string {
  return `client#${team}`;
}
