import type { IConstruct } from 'constructs';
import type { DpopConfig } from '../../lambdas/authorizer/config';
import { DPOP_ALGORITHMS, SENDER_CONSTRAINTS, type SenderConstraint } from '../../lambdas/lib/grammar';
import type { ApiDefinition } from '../api';
import { ConstructError } from '../support/errors';
import { checkInteger } from '../support/node-function-checks';

/** Which DPoP proofs (RFC 9449) are accepted; `dpopAlgorithms` of the APIs says of which algorithms. */
export interface DpopOptions {
  /** How long after its `iat` a proof is accepted, in seconds, 1 to 300. @default 60 */
  readonly maxAgeSeconds?: number;
  /** Accepted clock difference, in seconds, 0 to 60. @default 5 */
  readonly leewaySeconds?: number;
}

interface Constrained {
  readonly senderConstraints?: readonly SenderConstraint[];
}

/** Adds the defaults; `undefined` where no issuer has sender constraints. */
export function completeDpop(
  issuers: readonly Constrained[],
  apis: readonly ApiDefinition[],
  options: DpopOptions = {},
): DpopConfig | undefined {
  // For tokens that are bound by certificates alone no proof is ever looked at.
  const algorithms = apis.find(({ dpopAlgorithms }) => dpopAlgorithms.length > 0)?.dpopAlgorithms ?? DPOP_ALGORITHMS;
  return issuers.some((issuer) => issuer.senderConstraints?.length)
    ? { algorithms, maxAgeSeconds: 60, leewaySeconds: 5, ...options }
    : undefined;
}

/** How the issuers bind tokens, sorted. */
export function constraintsOf(issuers: readonly Constrained[]): SenderConstraint[] {
  return [...new Set(issuers.flatMap(({ senderConstraints = [] }) => senderConstraints))].sort();
}

/**
 * Checks everything about sender constraints: the function accepts what the issuers bind, and a gateway offers what its API says, so
 * that both have to be the same.
 *
 * @throws {ConstructError} with the first fault
 */
export function validateSenderConstraints(
  scope: IConstruct,
  issuers: readonly Constrained[],
  apis: readonly ApiDefinition[],
  dpop: DpopOptions = {},
): void {
  issuers.forEach(({ senderConstraints = [] }, index) => {
    const unknown = senderConstraints.find((constraint) => !SENDER_CONSTRAINTS.includes(constraint));
    if (unknown !== undefined) {
      throw new ConstructError(
        `issuers[${index}].senderConstraints holds ${JSON.stringify(unknown)}, allowed are "dpop" and "mtls"`,
        scope,
      );
    }
  });
  checkInteger(scope, 'dpop.maxAgeSeconds', dpop.maxAgeSeconds, 1, 300);
  checkInteger(scope, 'dpop.leewaySeconds', dpop.leewaySeconds, 0, 60);
  const bound = constraintsOf(issuers);
  if (bound.length > 0 && apis.every((api) => api.resultCacheSeconds !== 0)) {
    throw new ConstructError(
      'an issuer has senderConstraints and every API keeps authorizer results, allowed is resultCacheSeconds 0 for at least one: others refuse bound tokens',
      scope,
    );
  }
  for (const { id, resultCacheSeconds, senderConstraints } of apis) {
    if (resultCacheSeconds === 0 && [...senderConstraints].sort().join() !== bound.join()) {
      throw new ConstructError(
        `senderConstraints of the API ${JSON.stringify(id)} is ${JSON.stringify(senderConstraints)}, allowed is ${JSON.stringify(bound)}, as the issuers bind tokens: the API keeps no results, so bound tokens are accepted`,
        scope,
      );
    }
  }
  const lists = new Set(apis.flatMap(({ dpopAlgorithms: list }) => (list.length === 0 ? [] : [list.join(', ')])));
  if (lists.size > 1) {
    throw new ConstructError(
      `the APIs accept DPoP proofs of different algorithms (${[...lists].join('; ')}), allowed is one list of dpopAlgorithms for all APIs of an authorizer`,
      scope,
    );
  }
}
