import type { AuthenticatedClient } from '../clients/authentication';
import type { Proof } from '../dpop/proof';
import type { OAuthRequest } from '../http/event';
import { OAuthError } from '../oauth-error';
import type { IssuedToken } from '../tokens/minting';

/** What a grant is asked with. */
export interface GrantRequest {
  readonly request: OAuthRequest;
  readonly form: ReadonlyMap<string, string>;
  /** The DPoP proof of the request; it holds, and is not used up. */
  readonly proof: Proof | undefined;
}

/** What a grant issued, and for whom: for the log, as far as it is known when the grant fails. */
export interface GrantNote {
  clientId?: string;
  tokenId?: string;
  application?: string;
}

/** Issues an access token, or rejects with an {@link OAuthError}. */
export type GrantHandler = (
  asked: GrantRequest,
  note: GrantNote,
) => Promise<IssuedToken & { readonly issued_token_type?: string }>;

/** @throws {OAuthError} when the client demands that its tokens are bound to a key, and the request has no proof (RFC 9449, 5.2) */
export function demandProof(client: AuthenticatedClient | undefined, proof: Proof | undefined): void {
  if (client?.client.dpopBoundAccessTokens && !proof) {
    throw new OAuthError(
      'invalid_dpop_proof',
      'the tokens of this client are bound to a key, and the request has no DPoP proof',
    );
  }
}

/** @throws {OAuthError} when the client is not registered for the grant */
export function demandGrant({ client }: AuthenticatedClient, grant: string): void {
  if (!client.grants.some((one) => one === grant)) {
    throw new OAuthError('unauthorized_client', 'the client is not registered for this grant');
  }
}
