import { timeProblem } from './api-token-verifier';
import type { IssuerConfig } from './config';
import { isClean } from './context';
import type { UnverifiedJwt } from './jwt';
import type { Reason } from './reasons';
import type { Algorithm } from './signature';

/** What an access token (RFC 9068, 2.2) says, in checked types. Times are epoch seconds. */
export interface AccessClaims {
  readonly algorithm: Algorithm;
  readonly kid: string;
  readonly sub: string;
  readonly clientId: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly scopes: readonly string[];
  /** The `cnf` claim as it is: whether the request comes from whom it names is judged for each request. */
  readonly confirmation: unknown;
}

const MAX_TEXT_LENGTH = 512;

/** Scope tokens separated by single spaces (RFC 6749, 3.3). */
export const SCOPE = /^([!#-[\]-~]+( [!#-[\]-~]+)*)?$/;

/**
 * Checks header and claims of a token against its issuer, all but the issuer itself. Algorithm and type must be of the
 * issuer's lists, and header members that change what a signature covers are refused (RFC 8725, 3.1 and 3.11).
 *
 * @param now epoch seconds
 */
export function checkClaims(
  { header, payload }: UnverifiedJwt,
  issuer: IssuerConfig,
  now: number,
): AccessClaims | { readonly refused: Reason } {
  const { alg, kid, typ } = header;
  const { aud, exp, iat, nbf = 0, sub, client_id: clientId, jti, cnf, scope = '' } = payload;
  const algorithm = issuer.algorithms.find((one) => one === alg);
  const type = typeof typ === 'string' && mediaType(typ);
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.every(isText) || !audiences.some((one) => issuer.audience.includes(one))) {
    return { refused: 'audience_mismatch' };
  }
  if (
    !algorithm ||
    !issuer.types.some((one) => mediaType(one) === type) ||
    ['crit', 'b64', 'zip'].some((name) => name in header) ||
    // A token bound to a key or a certificate (RFC 7800) proves nothing by itself.
    (cnf !== undefined && !issuer.senderConstraints?.length) ||
    !isText(kid) ||
    !isText(sub) ||
    !isText(clientId) ||
    !isText(jti) ||
    !isTime(exp) ||
    !isTime(iat) ||
    !isTime(nbf) ||
    typeof scope !== 'string' ||
    !SCOPE.test(scope) ||
    exp - iat > issuer.maxLifetimeSeconds
  ) {
    return { refused: 'bad_claims' };
  }
  const leeway = issuer.leewaySeconds;
  const refused = timeProblem(now, Math.max(iat, nbf) - leeway, exp + leeway);
  return refused
    ? { refused }
    : {
        algorithm,
        kid,
        sub,
        clientId,
        jti,
        iat,
        exp,
        scopes: scope ? scope.split(' ') : [],
        confirmation: cnf,
      };
}

/** The media type of a `typ` value; `application/` may be left out (RFC 7515, 4.1.9). */
function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^(?!.*\/)/, 'application/');
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH && isClean(value);
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
