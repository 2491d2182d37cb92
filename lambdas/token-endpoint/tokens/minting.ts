import { MAX_TOKEN_LENGTH } from '../../authorizer/event/carrier';
import { type Signer, SignerError } from '../../lib/signer';
import type { TokenEndpointConfig } from '../config';
import { OAuthError, unavailable } from '../oauth-error';
import type { TokenEndpointPorts } from '../ports';

/** What an access token says beside what every one does. */
export interface Grant {
  readonly audience: string;
  readonly subject: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** What it was derived from: `token:<id>`, `client:<id>`, `session:<id>`. A revocation of that refuses it. */
  readonly source: string;
  /** Marks of what its source was derived from; see `lib/lineage.ts`. */
  readonly lineage?: readonly string[];
  /** Thumbprint of the key of the DPoP proof that it is bound to. */
  readonly jkt?: string | undefined;
  /** Thumbprint of the certificate that it is bound to. */
  readonly certificate?: string | undefined;
  /** Networks that it may be used from. */
  readonly cidrs?: readonly string[] | undefined;
  readonly application?: string | undefined;
  readonly team?: string | undefined;
  readonly tier?: string | undefined;
  readonly lifetimeSeconds: number;
  /** What a person's session says of its sign-in. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** Epoch seconds. */
  readonly issuedAt: number;
}

/** The answer of the token endpoint (RFC 6749, 5.1). */
export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer' | 'DPoP';
  readonly expires_in: number;
  readonly scope: string;
}

/** Makes access tokens (RFC 9068). @throws {OAuthError} when there is no key that may sign */
export type Mint = (grant: Grant) => Promise<IssuedToken>;

export function createMint(
  { issuer, environment }: TokenEndpointConfig,
  { newId }: TokenEndpointPorts,
  signer: Signer,
): Mint {
  return async (grant) => {
    const { jkt, certificate, cidrs = [], lineage = [], lifetimeSeconds, issuedAt, session } = grant;
    const scope = grant.scopes.join(' ');
    const confirmation = { ...(jkt && { jkt }), ...(certificate && { 'x5t#S256': certificate }) };
    const claims = {
      iss: issuer,
      aud: grant.audience,
      sub: grant.subject,
      client_id: grant.clientId,
      jti: newId(),
      scope,
      src: grant.source,
      ...(lineage.length > 0 && { lineage }),
      ...session,
      ...(Object.keys(confirmation).length > 0 && { cnf: confirmation }),
      ...(cidrs.length > 0 && { cidrs }),
      application: grant.application,
      team: grant.team,
      tier: grant.tier,
      environment,
    };
    const access_token = await signer.sign(claims, { type: 'at+jwt', lifetimeSeconds, issuedAt }).catch(noKey);
    if (access_token.length > MAX_TOKEN_LENGTH) {
      throw new OAuthError('invalid_scope', 'the token would be too long for a header, ask for less scopes');
    }
    return { access_token, token_type: jkt ? 'DPoP' : 'Bearer', expires_in: lifetimeSeconds, scope };
  };
}

/** Without a key that may sign nothing is issued, and a moment later it may be there. */
export function noKey(error: unknown): never {
  throw error instanceof SignerError ? unavailable('a key that may sign', error) : error;
}
