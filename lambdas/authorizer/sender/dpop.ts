import { createHash, type KeyObject } from 'node:crypto';
import { isTime } from '../access-token/claims';
import { isEdwardsKey } from '../access-token/edwards';
import { parseJwt } from '../access-token/jwt';
import { usableKey } from '../access-token/key-hygiene';
import { BoundedCache } from '../bounded-cache';
import type { DpopConfig } from '../config';
import type { AuthorizerPorts } from '../ports';
import { sha256 } from '../sha256';
import { equalText } from './equal-text';
import { comparableUrl, type RequestTarget } from './request-url';

/** Checks the DPoP proof of a request: whether it shows that the sender holds the key with a thumbprint. */
export type ProofCheck = (proof: string, expected: ExpectedProof) => Promise<boolean>;

/** What a proof must be for. */
export interface ExpectedProof {
  readonly target: RequestTarget;
  /** The access token that came with it. */
  readonly token: string;
  /** Thumbprint of the key that the token is bound to. */
  readonly jkt: string;
}

/** Longest accepted proof, in characters: room for a signature and a key of RSA 4096. */
const MAX_PROOF_LENGTH = 4096;
const MAX_ID_LENGTH = 256;
const REMEMBERED = 10_000;

/**
 * Makes a check of DPoP proofs (RFC 9449, 4.3 and 7.1). A proof is accepted once: its `jti` is remembered as long as
 * it could be used, by this execution environment, which cannot know what another has seen.
 */
export function createProofCheck(config: DpopConfig, ports: AuthorizerPorts): ProofCheck {
  const { leewaySeconds } = config;
  const usableSeconds = config.maxAgeSeconds + leewaySeconds;
  const used = new BoundedCache<true>(REMEMBERED);

  return async (proof, { target, token, jkt }) => {
    const jwt = proof.length <= MAX_PROOF_LENGTH ? parseJwt(proof) : undefined;
    const { alg, typ, jwk } = jwt?.header ?? {};
    const { jti, htm, htu, iat, ath } = jwt?.payload ?? {};
    const algorithm = config.algorithms.find((one) => one === alg);
    const now = ports.clock() / 1000;
    if (
      !jwt ||
      !algorithm ||
      typeof typ !== 'string' ||
      !/^(application\/)?dpop\+jwt$/i.test(typ) ||
      ['crit', 'b64', 'zip'].some((name) => name in jwt.header) ||
      !isId(jti) ||
      htm !== target.method ||
      !isOneOf(htu, target.urls) ||
      !isTime(iat) ||
      iat > now + leewaySeconds ||
      now >= iat + usableSeconds ||
      typeof ath !== 'string' ||
      !equalText(ath, digest(token))
    ) {
      return false;
    }
    // The check of points is in this part's own bundle.
    const key = usableKey(jwk, algorithm, () => ({ isEdwardsKey }));
    if (!key || !equalText(thumbprint(key), jkt) || !(await ports.verifySignature(proof, key, algorithm))) {
      return false;
    }
    // Looked up and remembered without a pause between them, so that of two equal proofs at the same time one is refused.
    const id = sha256(`${jkt} ${jti}`);
    const isNew = !used.get(id, now);
    if (isNew) {
      used.set(id, true, iat + usableSeconds);
    }
    return isNew;
  };
}

/** Thumbprint of a public key (RFC 7638, 3): a hash over the members that make it the key it is, in alphabetical order. */
export function thumbprint(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = key.export({ format: 'jwk' });
  return digest(JSON.stringify({ crv, e, kty, n, x, y }));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function isId(jti: unknown): jti is string {
  return typeof jti === 'string' && jti !== '' && jti.length <= MAX_ID_LENGTH;
}

function isOneOf(htu: unknown, urls: readonly string[]): boolean {
  const url = typeof htu === 'string' ? comparableUrl(htu) : undefined;
  return url !== undefined && urls.includes(url);
}
