import { scopeMatches } from '../lib/scopes';
import { timeProblem } from './api-token-verifier';
import type { IssuerConfig } from './config';
import { isClean } from './context';
import type { UnverifiedJwt } from './jwt';
import type { Refusal } from './reasons';
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

/** Checks header and claims of a token, all but the issuer itself; `now` is in epoch seconds. */
export type ClaimsCheck = (jwt: UnverifiedJwt, now: number) => AccessClaims | Refusal;

type Header = Pick<AccessClaims, 'algorithm' | 'kid'>;

const BAD_CLAIMS: Refusal = { refused: 'bad_claims' };
const OTHER_AUDIENCE: Refusal = { refused: 'audience_mismatch' };

/**
 * Makes the check of the claims of one issuer's tokens. Algorithm and type must be of the issuer's lists, and header members
 * that change what a signature covers are refused (RFC 8725, 3.1 and 3.11). Scopes that the issuer may not grant are
 * left out.
 */
export function createClaimsCheck(issuer: IssuerConfig): ClaimsCheck {
  const { leewaySeconds: leeway, maxLifetimeSeconds, allowSeveralAudiences, senderConstraints } = issuer;
  const audiences = new Set<unknown>(issuer.audience);
  const types = new Set(issuer.types.map(mediaType));
  // The parser gives equal headers as the same object, so that each is checked once.
  const headers = new WeakMap<object, Header | Refusal>();

  function checkHeader(header: UnverifiedJwt['header']): Header | Refusal {
    const { alg, kid, typ } = header;
    const algorithm = issuer.algorithms.find((one) => one === alg);
    return algorithm &&
      typeof typ === 'string' &&
      types.has(mediaType(typ)) &&
      !['crit', 'b64', 'zip'].some((name) => name in header) &&
      isText(kid)
      ? { algorithm, kid }
      : BAD_CLAIMS;
  }

  /** Each audience of a list must be text, and be the only one unless the issuer may name several. */
  function isAudience(aud: unknown): boolean {
    return Array.isArray(aud)
      ? (aud.length === 1 || allowSeveralAudiences === true) &&
          aud.every(isText) &&
          aud.some((one) => audiences.has(one))
      : audiences.has(aud);
  }

  return ({ header, payload }, now) => {
    const { aud, exp, iat, nbf = 0, sub, client_id: clientId, jti, cnf, scope = '' } = payload;
    if (!isAudience(aud)) {
      return OTHER_AUDIENCE;
    }
    let checked = headers.get(header);
    if (!checked) {
      checked = checkHeader(header);
      headers.set(header, checked);
    }
    if (
      'refused' in checked ||
      // A token bound to a key or a certificate (RFC 7800) proves nothing by itself.
      (cnf !== undefined && !senderConstraints?.length) ||
      !isText(sub) ||
      !isText(clientId) ||
      !isText(jti) ||
      !isTime(exp) ||
      !isTime(iat) ||
      !isTime(nbf) ||
      typeof scope !== 'string' ||
      !SCOPE.test(scope) ||
      exp - iat > maxLifetimeSeconds
    ) {
      return BAD_CLAIMS;
    }
    const refused = timeProblem(now, Math.max(iat, nbf) - leeway, exp + leeway);
    if (refused) {
      return { refused };
    }
    const { algorithm, kid } = checked;
    return {
      algorithm,
      kid,
      sub,
      clientId,
      jti,
      iat,
      exp,
      scopes: grantedScopes(scope, issuer.scopes),
      confirmation: cnf,
    };
  };
}

/**
 * The scopes of a `scope` claim that its issuer may grant: those that a pattern covers. Without patterns an issuer grants
 * scopes by their exact names alone, because `*` of somebody else's server would open every route here.
 */
export function grantedScopes(scope: string, patterns: readonly string[] | undefined): readonly string[] {
  const scopes = scope ? scope.split(' ') : [];
  // Most issuers have no patterns, and most tokens no wildcard.
  return patterns || scope.includes('*') ? scopes.filter((one) => isGranted(one, patterns)) : scopes;
}

function isGranted(scope: string, patterns: readonly string[] | undefined): boolean {
  return patterns ? patterns.some((pattern) => scopeMatches(pattern, scope)) : scope !== '*' && !scope.endsWith(':*');
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
