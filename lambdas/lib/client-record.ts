import type { Algorithm } from './grammar';
import type { Jwk } from './signing-keys';
import type { SecretGeneration } from './token-record';

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
  /** At most two, as of tokens. */
  readonly secrets: readonly SecretGeneration[];
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
  /** Optimistic lock. */
  readonly version: number;
}

/** Key of a client's item. */
export function clientKey(id: string): string {
  return `client#${id}`;
}
