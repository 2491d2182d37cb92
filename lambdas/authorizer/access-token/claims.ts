import { isPlatformScope } from '../../lib/platform-scopes';
import { scopeMatches } from '../../lib/scopes';
import { isSafeText } from '../../lib/text';
import type { IssuerConfig } from '../config';
import { type Credential, timeProblem } from '../credential';
import type { Refusal } from '../reasons';
import type { UnverifiedJwt } from './jwt';
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
  /** What a token of the platform's own issuer says of its caller. */
  readonly own?: OwnClaims;
}

/** What the platform's own issuer says, and is believed in. */
export interface OwnClaims {
  readonly application?: string;
  /** Completes what is known of a caller. */
  readonly complete: (credential: Credential) => Credential;
}

const MAX_TEXT_LENGTH = 512;

/** Scope tokens separated by single spaces (RFC 6749, 3.3). */
export const SCOPE = /^([!#-[\]-~]+( [!#-[\]-~]+)*)?$/;

/** Checks header and claims of a token, all but the issuer itself; `now` is in epoch seconds. */
export type ClaimsCheck = (jwt: UnverifiedJwt, now: number) => AccessClaims | Refusal;

type Header = Pick<AccessClaims, 'algorithm' | 'kid'>;

const OTHER_AUDIENCE: Refusal = { refused: 'audience_mismatch' };

/** A refusal for a claim or header member, by its name; what it holds is anybody's text, and stays out of logs. */
export function badClaim(claim: string): Refusal {
  return { refused: 'bad_claims', claim };
}

/**
 * Makes the check of the claims of one issuer's tokens. Algorithm and type must be of the issuer's lists, and header members
 * that change what a signature covers are refused (RFC 8725, 3.1 and 3.11). Scopes that the issuer may not grant are
 * left out.
 */
export function createClaimsCheck(issuer: IssuerConfig): ClaimsCheck {
  const types = new Set(issuer.types.map(mediaType));
  // The parser gives equal headers as the same object, so that each is checked once.
  const headers = new WeakMap<object, Header | Refusal>();

  function checkHeader(header: UnverifiedJwt['header']): Header | Refusal {
    const { alg, kid, typ } = header;
    const algorithm = issuer.algorithms.find((one) => one === alg);
    const wrong =
      ['crit', 'b64', 'zip'].find((name) => name in header) ??
      (typeof typ === 'string' && types.has(mediaType(typ)) ? 'kid' : 'typ');
    return !algorithm ? badClaim('alg') : wrong === 'kid' && isText(kid) ? { algorithm, kid } : badClaim(wrong);
  }

  return ({ header, payload }, now) => {
    if (!isAudience(payload.aud, issuer)) {
      return OTHER_AUDIENCE;
    }
    let checked = headers.get(header);
    if (!checked) {
      checked = checkHeader(header);
      headers.set(header, checked);
    }
    const refusal = 'refused' in checked ? checked : faultOf(payload, issuer, now, true);
    if (refusal) {
      return refusal;
    }
    const { sub, client_id: clientId, jti, iat, exp, scope = '', cnf: confirmation } = payload as unknown as Checked;
    const scopes = grantedScopes(scope, issuer.scopes);
    const { algorithm, kid } = checked as Header;
    return { algorithm, kid, sub, clientId, jti, iat, exp, scopes, confirmation };
  };
}

/** Claims without a fault. */
interface Checked {
  readonly sub: string;
  readonly client_id: string;
  readonly jti: string;
  readonly exp: number;
  readonly iat: number;
  readonly nbf?: number;
  readonly scope?: string;
  readonly cnf?: unknown;
}

/**
 * What is wrong with the claims of a token, or with what a server says about one; `undefined` when nothing is.
 *
 * @param now epoch seconds; it stands for a time of issue that is missing
 * @param isToken whether they are those of a token, which has all of them (RFC 9068, 2.2); else of `sub`, `jti` and `iat` each may be missing
 */
export function faultOf(
  claims: Readonly<Record<string, unknown>>,
  { leewaySeconds, maxLifetimeSeconds, senderConstraints }: IssuerConfig,
  now: number,
  isToken: boolean,
): Refusal | undefined {
  // One by one: a table of them would be a quarter of the time of a token that is seen first.
  const { sub, client_id: client, jti, exp, iat, nbf = 0, scope = '', cnf } = claims;
  if (!isText(sub) && (isToken || sub !== undefined)) {
    return badClaim('sub');
  }
  if (!isText(client)) {
    return badClaim('client_id');
  }
  if (!isText(jti) && (isToken || jti !== undefined)) {
    return badClaim('jti');
  }
  if (!isTime(exp)) {
    return badClaim('exp');
  }
  if (!isTime(iat) && (isToken || iat !== undefined)) {
    return badClaim('iat');
  }
  if (!isTime(nbf)) {
    return badClaim('nbf');
  }
  if (typeof scope !== 'string' || !SCOPE.test(scope)) {
    return badClaim('scope');
  }
  // A token bound to a key or a certificate (RFC 7800) proves nothing by itself.
  if (cnf !== undefined && !senderConstraints?.length) {
    return badClaim('cnf');
  }
  const issued = iat as number | undefined;
  if (exp - (issued ?? now) > maxLifetimeSeconds) {
    return badClaim('exp');
  }
  const refused = timeProblem(now, Math.max(issued ?? 0, nbf) - leewaySeconds, exp + leewaySeconds);
  return refused && { refused };
}

/** Whether an audience is ours: the only one, unless the issuer may name several; each of a list must be text. */
export function isAudience(aud: unknown, { audience, allowSeveralAudiences }: IssuerConfig): boolean {
  return Array.isArray(aud)
    ? (aud.length === 1 || allowSeveralAudiences === true) &&
        aud.every(isText) &&
        aud.some((one) => audience.includes(one))
    : isText(aud) && audience.includes(aud);
}

/**
 * The scopes of a `scope` claim that its issuer may grant: those that a pattern covers. Without patterns an issuer grants
 * scopes by their exact names alone, because `*` of somebody else's server would open every route here, and none of the
 * platform's own. Those have to be named in the list, by themselves or as `tokens:*`: `*` stands for all others.
 */
export function grantedScopes(scope: string, patterns: readonly string[] | undefined): readonly string[] {
  return (scope ? scope.split(' ') : []).filter((one) => isGranted(one, patterns));
}

function isGranted(scope: string, patterns: readonly string[] | undefined): boolean {
  if (scope === '*') {
    // It would stand for the platform's scopes too, to everybody who reads it.
    return patterns?.includes('*') === true && patterns.includes('tokens:*');
  }
  if (isPlatformScope(scope)) {
    return patterns?.some((pattern) => pattern !== '*' && scopeMatches(pattern, scope)) === true;
  }
  return patterns ? patterns.some((pattern) => scopeMatches(pattern, scope)) : !scope.endsWith(':*');
}

/** The media type of a `typ` value; `application/` may be left out (RFC 7515, 4.1.9). */
function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^(?!.*\/)/, 'application/');
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH && isSafeText(value);
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
