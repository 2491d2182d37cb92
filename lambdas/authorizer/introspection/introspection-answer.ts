import { NO_TOKEN_ID } from '../../lib/revocation';
import { badClaim, faultOf, grantedScopes, isAudience, isText } from '../access-token/claims';
import type { IssuerConfig } from '../config';
import type { Refusal } from '../reasons';

/** What an authorization server says about an active token, in checked types. Times are epoch seconds. */
export interface IntrospectedToken {
  /** The token's `jti`; `-` where there is none that could be shown. */
  readonly tokenId: string;
  readonly clientId: string;
  /** The subject; the client itself where it acts on its own behalf. */
  readonly subject: string;
  /** 0 where the server does not say, so that every revocation of what was issued before a time includes the token. */
  readonly issuedAt: number;
  readonly exp: number;
  readonly scopes: readonly string[];
  readonly confirmation: unknown;
}

/**
 * Checks the answer about a token (RFC 7662, 2.2) as the claims of a token are checked: the server says what it knows, and it
 * is for the protected resource to judge it (section 4). Only the boolean `true` is active. `aud`, `exp`, `client_id` and
 * `token_type` must be there: a refresh token has no `token_type`, and is active too.
 *
 * @param now epoch seconds
 */
export function checkAnswer(
  answer: Readonly<Record<string, unknown>>,
  token: string,
  issuer: IssuerConfig,
  now: number,
): IntrospectedToken | Refusal {
  const { active, iss = issuer.issuer, aud, token_type: type, jti, cnf } = answer;
  if (active !== true) {
    return { refused: 'inactive' };
  }
  if (iss !== issuer.issuer) {
    return { refused: 'issuer_mismatch' };
  }
  if (!isAudience(aud, issuer)) {
    return { refused: 'audience_mismatch' };
  }
  // An id that cannot be shown is as good as none.
  const refusal = isTokenType(type, cnf)
    ? faultOf({ ...answer, jti: undefined }, issuer, now, false)
    : badClaim('token_type');
  if (refusal) {
    return refusal;
  }
  const { client_id: clientId, sub, iat, exp, scope = '' } = answer as unknown as Checked;
  return {
    tokenId: isPublicId(jti, token) ? jti : NO_TOKEN_ID,
    clientId,
    subject: sub ?? clientId,
    issuedAt: iat ?? 0,
    exp,
    scopes: grantedScopes(scope, issuer.scopes),
    confirmation: cnf,
  };
}

/** An answer without a fault. */
interface Checked {
  readonly client_id: string;
  readonly exp: number;
  readonly iat?: number;
  readonly sub?: string;
  readonly scope?: string;
}

/** Bearer, or DPoP where the token is bound to something (RFC 9449, 6.2). Types are compared without case (RFC 6749, 5.1). */
function isTokenType(type: unknown, cnf: unknown): boolean {
  const name = typeof type === 'string' ? type.toLowerCase() : undefined;
  return name === 'bearer' || (name === 'dpop' && cnf !== undefined);
}

/** Some servers take the token itself, or a part of it, for its id: that must not reach a log. */
function isPublicId(jti: unknown, token: string): jti is string {
  return isText(jti) && !token.includes(jti) && !jti.includes(token);
}
