import { createHash } from 'node:crypto';
import { thumbprint } from '../../../../lambdas/authorizer/sender/dpop';
import { type Claims, NOW, type SigningKey, signed } from './access-tokens';

/** Address of `GET /v1/sales` at the domain of the test events. */
export const SALES_URL = 'https://api.example.com/v1/sales';

export interface ProofChanges {
  readonly header?: Claims;
  readonly claims?: Claims;
  /** Algorithm of the signature. @default - that of the key */
  readonly algorithm?: string;
}

let proofs = 0;

/** A good DPoP proof for `GET /v1/sales` with a token, with changes; `undefined` takes a member away. */
export function dpopProofFor(token: string, key: SigningKey, changes: ProofChanges = {}): string {
  const { kid: _, ...jwk } = key.jwk;
  const { alg } = key.jwk;
  const header = { typ: 'dpop+jwt', alg, jwk, ...changes.header };
  const payload = {
    jti: `proof-${++proofs}`,
    htm: 'GET',
    htu: SALES_URL,
    iat: NOW,
    ath: createHash('sha256').update(token).digest('base64url'),
    ...changes.claims,
  };
  return signed(header, payload, key.privateKey, changes.algorithm ?? String(alg));
}

/** Thumbprint of the key of proofs, as a token's `cnf.jkt` has it. */
export function jktOf(key: SigningKey): string {
  return thumbprint(key.publicKey);
}
