import { createHash } from 'node:crypto';
import { isEdwardsKey } from '../../authorizer/access-token/edwards';
import { parseJwt } from '../../authorizer/access-token/jwt';
import { usableKey } from '../../authorizer/access-token/key-hygiene';
import { thumbprint } from '../../authorizer/sender/dpop';
import { comparableUrl } from '../../authorizer/sender/request-url';
import { type EndpointDpopConfig, OAUTH_PATHS, type TokenEndpointConfig } from '../config';
import type { OAuthRequest } from '../http/event';
import { algorithmOf } from '../jws-algorithm';
import { OAuthError } from '../oauth-error';
import type { TokenEndpointPorts } from '../ports';
import type { Nonces } from './nonce';

/** A proof that holds. It is used up only when a token is issued for it. */
export interface Proof {
  /** Thumbprint of its key (RFC 9449, 6.1). */
  readonly jkt: string;
  /** Uses the proof up. @throws {OAuthError} when it was used before */
  use(): Promise<void>;
}

/** Reads and checks the DPoP proof of a request for a token; `undefined` when there is none. */
export type ProofReader = (request: OAuthRequest) => Promise<Proof | undefined>;

const MAX_LENGTH = 4096;
const MAX_ID_LENGTH = 256;
const LEEWAY_SECONDS = 30;

function invalid(reason: string): OAuthError {
  return new OAuthError('invalid_dpop_proof', 'the DPoP proof is not valid', { reason });
}

/**
 * Makes the check of proofs at the token endpoint (RFC 9449, 4.3 and 5): as the authorizer's, but without an access token to be bound
 * to, and each is stored when it is used, so that it is used once whichever execution environment sees it.
 */
export function createProofReader(config: TokenEndpointConfig, ports: TokenEndpointPorts, nonces: Nonces): ProofReader {
  const { dpop, issuer, mtlsUrl } = config;
  if (!dpop) {
    // A token that is not bound, for a client that asked for a bound one, would be a downgrade that it does not see.
    return async (request) => {
      if (request.header('dpop') !== undefined) {
        throw invalid('tokens are not bound to keys here');
      }
      return undefined;
    };
  }
  const urls = [issuer, ...(mtlsUrl === undefined ? [] : [mtlsUrl])].map((base) =>
    comparableUrl(base + OAUTH_PATHS.token),
  );

  return async (request) => {
    const text = request.header('dpop');
    return text === undefined ? undefined : read(text, urls, dpop, ports, nonces);
  };
}

async function read(
  text: string,
  urls: readonly (string | undefined)[],
  { algorithms, maxAgeSeconds, requireNonce }: EndpointDpopConfig,
  ports: TokenEndpointPorts,
  nonces: Nonces,
): Promise<Proof> {
  const jwt = text.length <= MAX_LENGTH ? parseJwt(text) : undefined;
  const { alg, typ, jwk } = jwt?.header ?? {};
  const { jti, htm, htu, iat, nonce } = jwt?.payload ?? {};
  const algorithm = algorithmOf(alg, algorithms);
  const now = ports.clock() / 1000;
  if (!jwt || !algorithm || typeof typ !== 'string' || !/^(application\/)?dpop\+jwt$/i.test(typ)) {
    throw invalid('the proof is no JWT of its type and algorithms');
  }
  if (['crit', 'b64', 'zip'].some((name) => name in jwt.header)) {
    throw invalid('the proof has a header member that is not allowed');
  }
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) {
    throw invalid('the proof has no id');
  }
  const url = typeof htu === 'string' ? comparableUrl(htu) : undefined;
  if (htm !== 'POST' || url === undefined || !urls.includes(url)) {
    throw invalid('the proof is for another request');
  }
  if (typeof iat !== 'number' || !(iat <= now + LEEWAY_SECONDS && now < iat + maxAgeSeconds + LEEWAY_SECONDS)) {
    throw invalid('the proof was made at another time');
  }
  const key = usableKey(jwk, algorithm, () => ({ isEdwardsKey }));
  if (!key || !(await ports.verifySignature(text, key, algorithm))) {
    throw invalid('the proof has no good key and signature');
  }
  if ((requireNonce || nonce !== undefined) && !(await nonces.isCurrent(nonce, now))) {
    throw new OAuthError('use_dpop_nonce', 'the DPoP proof needs the nonce of this answer', {
      headers: { 'dpop-nonce': await nonces.current(now) },
    });
  }
  const jkt = thumbprint(key);
  return {
    jkt,
    use: async () => {
      const hash = createHash('sha256')
        .update(JSON.stringify([jkt, jti]))
        .digest('base64url');
      if (!(await ports.useOnce('dpop', hash, Math.ceil(iat + maxAgeSeconds + LEEWAY_SECONDS)))) {
        throw invalid('the proof was used before');
      }
    },
  };
}
