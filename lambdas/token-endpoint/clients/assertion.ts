import { createHash } from 'node:crypto';
import { isEdwardsKey } from '../../authorizer/access-token/edwards';
import { parseJwt, type UnverifiedJwt } from '../../authorizer/access-token/jwt';
import { usableKey } from '../../authorizer/access-token/key-hygiene';
import type { ClientRecord } from '../../lib/client-record';
import { ALGORITHMS, type Algorithm } from '../../lib/grammar';
import { algorithmOf } from '../jws-algorithm';
import type { TokenEndpointPorts } from '../ports';

/** The one type of assertions (RFC 7523, 2.2). */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const MAX_LENGTH = 4096;
const MAX_ID_LENGTH = 256;
/** How far ahead an assertion may end, in seconds. */
const MAX_AHEAD_SECONDS = 300;
/** Accepted clock difference of a client that is ahead, in seconds. */
const LEEWAY_SECONDS = 30;
/** How long ago an assertion may have been made, in seconds: its key would be used ahead of time by whoever stored it. */
const MAX_AGE_SECONDS = 3600;

/** Types of an assertion; every other is that of another kind of JWT, which must not be taken for one (RFC 8725, 3.11). */
const TYPE = /^(application\/)?(jwt|client-authentication\+jwt)$/i;

/** Members that change what is signed, or name or bring a key: it is the registered ones that count, and no other. */
const REFUSED_MEMBERS = ['crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c'];

/** An assertion in the right form, of the client that it names; nothing about it is proved yet. */
export interface Assertion {
  readonly text: string;
  readonly clientId: string;
  readonly algorithm: Algorithm;
  readonly kid: string | undefined;
  readonly jti: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/**
 * Reads an assertion by which a client authenticates (`private_key_jwt`: RFC 7523, 2.2 and 3; OpenID Connect Core, 9). Its audience is the
 * issuer and nothing else: an assertion for the address of a token endpoint may have been meant for another server, which passed it on.
 *
 * @param now epoch seconds
 * @returns what is wrong, for the log, where it is no assertion
 */
export function readAssertion(text: string, issuer: string, now: number): Assertion | string {
  const jwt = text.length <= MAX_LENGTH ? parseJwt(text) : undefined;
  if (!jwt) {
    return 'the assertion is no signed JWT';
  }
  const { alg, kid, typ = 'JWT' } = jwt.header;
  const algorithm = algorithmOf(alg, ALGORITHMS);
  if (!algorithm) {
    return 'the assertion has another algorithm than those of keys';
  }
  if (typeof typ !== 'string' || !TYPE.test(typ)) {
    return 'the assertion has the type of another kind of JWT';
  }
  if (REFUSED_MEMBERS.some((name) => name in jwt.header) || !(kid === undefined || typeof kid === 'string')) {
    return 'the assertion has a header member that is not allowed';
  }
  return claimsOf(jwt.payload, { text, algorithm, kid }, issuer, now);
}

function claimsOf(
  payload: UnverifiedJwt['payload'],
  header: Pick<Assertion, 'text' | 'algorithm' | 'kid'>,
  issuer: string,
  now: number,
): Assertion | string {
  const { iss, sub, aud, exp, iat = now, nbf = now, jti } = payload;
  const [audience, ...others] = Array.isArray(aud) ? aud : [aud];
  if (typeof iss !== 'string' || iss !== sub) {
    return 'the assertion has an issuer and a subject that are not the same client';
  }
  if (audience !== issuer || others.length > 0) {
    return 'the assertion is for another audience than the issuer alone';
  }
  if (!isTime(exp) || exp <= now || exp > now + MAX_AHEAD_SECONDS) {
    return 'the assertion has expired, or expires too far ahead';
  }
  if (!isTime(iat) || !isTime(nbf) || Math.max(iat, nbf) > now + LEEWAY_SECONDS || iat < now - MAX_AGE_SECONDS) {
    return 'the assertion was made at another time';
  }
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) {
    return 'the assertion has no id';
  }
  return { ...header, clientId: iss, jti, expiresAt: exp };
}

/** Whether a registered key of the client signed an assertion. A key verifies by its own algorithm alone. */
export async function isSignedBy(
  { text, algorithm, kid }: Assertion,
  client: ClientRecord,
  { verifySignature }: TokenEndpointPorts,
): Promise<boolean> {
  for (const { kid: id, algorithm: own, publicJwk } of client.keys) {
    if (own === algorithm && (kid === undefined || kid === id)) {
      const key = usableKey(publicJwk, algorithm, () => ({ isEdwardsKey }));
      if (key && (await verifySignature(text, key, algorithm))) {
        return true;
      }
    }
  }
  return false;
}

/** By what an assertion is known that was used: its id is unique for its client only. */
export function assertionHash({ clientId, jti }: Assertion): string {
  return createHash('sha256')
    .update(JSON.stringify([clientId, jti]))
    .digest('base64url');
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
