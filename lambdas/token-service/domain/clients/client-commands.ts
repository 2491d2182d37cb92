import type { ClientAuthMethod, ClientCertificate, ClientGrant, ClientRecord } from '../../../lib/client-record';
import type { Jwk } from '../../../lib/signing-keys';

/** What a certificate has to be, as requests and answers have it: exactly one member says it. */
export type WrittenCertificate = { readonly [name in keyof ClientCertificate]?: string | undefined };

/** A request for a client. */
export interface CreateClient {
  readonly name: string;
  /** A registered application, which the client belongs to for good. */
  readonly application: string;
  /** Exact scopes: what its tokens may have. */
  readonly scopes: readonly string[];
  readonly description?: string | undefined;
  /** @default - by a secret, with HTTP Basic */
  readonly authMethods?: readonly ClientAuthMethod[] | undefined;
  /** @default - client credentials */
  readonly grants?: readonly ClientGrant[] | undefined;
  /** @default - any of the platform */
  readonly resources?: readonly string[] | undefined;
  /** Networks that it and its tokens may be used from. @default - any */
  readonly cidrs?: readonly string[] | undefined;
  /** Public keys (RFC 7517). @default - none */
  readonly keys?: readonly Jwk[] | undefined;
  readonly certificate?: WrittenCertificate | undefined;
  /** Whether its tokens are always bound to a key. @default false */
  readonly dpopBoundAccessTokens?: boolean | undefined;
  /** Life of its access tokens, in seconds. @default 600 */
  readonly accessTokenSeconds?: number | undefined;
}

/** What is to change of a client; what is absent stays, and `null` takes away. */
export interface UpdateClient {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly authMethods?: readonly ClientAuthMethod[] | undefined;
  readonly grants?: readonly ClientGrant[] | undefined;
  readonly resources?: readonly string[] | null | undefined;
  /** An empty list means any. */
  readonly cidrs?: readonly string[] | undefined;
  readonly certificate?: WrittenCertificate | null | undefined;
  readonly dpopBoundAccessTokens?: boolean | undefined;
  readonly accessTokenSeconds?: number | null | undefined;
}

/** How a client gets a new secret. */
export interface RotateClient {
  /** For how long the secret before is still accepted, in seconds; 0 ends it at once. @default - the platform's */
  readonly overlapSeconds?: number | undefined;
  /** Whether the newest secret is replaced, because it was lost; an older one keeps its end. @default false */
  readonly replaceNewest?: boolean | undefined;
}

/** A public key that a client is to have. */
export interface AddClientKey {
  /** Public key (RFC 7517). */
  readonly jwk: Jwk;
}

/** Which clients to list. */
export interface ListClients {
  /** @default - everything that the caller may read, or all of `team` */
  readonly application?: string | undefined;
  /** Only the clients of this team. Whoever is a member of several says which. @default - all teams of a caller that may read them all */
  readonly team?: string | undefined;
  /** Words that name, description, application or id hold, each of them somewhere. */
  readonly q?: string | undefined;
  /** A scope that their tokens may have. */
  readonly scope?: string | undefined;
  readonly status?: ClientRecord['status'] | undefined;
  /** A way in which they may authenticate. */
  readonly authMethod?: ClientAuthMethod | undefined;
  /** Principal that registered the clients. */
  readonly createdBy?: string | undefined;
  /** Only clients that may be used from any network. */
  readonly noNetworks?: boolean | undefined;
  /** Only clients whose newest secret was made before, RFC 3339. */
  readonly secretBefore?: string | undefined;
  /** Clients on one page. @default 20 */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. @default - the first page */
  readonly cursor?: string | undefined;
}
