import { derivedSet } from '../../authorizer/access-token/own-issuer';
import { createApiTokenVerifier } from '../../authorizer/api-token/api-token-verifier';
import * as grace from '../../authorizer/api-token/grace';
import type { Credential } from '../../authorizer/credential';
import type { Refusal } from '../../authorizer/reasons';
import { readSet } from '../../authorizer/revocations';
import type { TokenEndpointConfig } from '../config';
import type { Peppers } from '../peppers';
import type { TokenEndpointPorts } from '../ports';

/** Verifies an API token as the authorizer does, with what was written before the request. It rejects when a dependency fails. */
export type ApiTokenCheck = (token: string) => Promise<Credential | Refusal>;

/** Life of what is derived, in seconds, by a secret that ends with the first use of a newer one, at least. */
const LEAST_OVERLAP_SECONDS = 60;

/**
 * When a secret ends for what is derived by it. One whose overlap begins with the first use of a newer one may end that long from now, and nobody here can
 * tell when the use comes: what is derived lives no longer than the overlap, or a minute where it is shorter.
 */
export function graceForDerived(clock: () => number): typeof grace {
  return {
    graceEnd: (record, generation) => {
      const end = grace.graceEnd(record, generation);
      const { overlapSeconds } = generation;
      return overlapSeconds === undefined
        ? end
        : Math.min(end, clock() / 1000 + Math.max(overlapSeconds, LEAST_OVERLAP_SECONDS));
    },
  };
}

/** Makes the check: form and checksum without a read, then record and secret, then the set of revocations. */
export function createApiTokenCheck(
  { brand, tokenEnvironment, environment }: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  peppers: Peppers,
  rules: typeof grace = grace,
): ApiTokenCheck {
  const reads = {
    clock: ports.clock,
    readItem: ports.readItem,
    // Peppers are kept for client secrets too.
    readPepper: () => Promise.reject(new Error('the pepper is read elsewhere')),
    warn: ports.warn,
  };
  const tokens = { brand, tokenEnvironments: [tokenEnvironment] };
  const verify = createApiTokenVerifier(tokens, environment, reads, peppers.find, () => rules);

  return async (token) => {
    const found = await verify(token, true);
    if ('refused' in found) {
      return found;
    }
    if (found.environment !== environment) {
      return { refused: 'wrong_environment', tokenId: found.tokenId };
    }
    const set = await readSet(reads, true, derivedSet);
    return set.refuses(found) ? { refused: 'revoked', tokenId: found.tokenId } : found;
  };
}
