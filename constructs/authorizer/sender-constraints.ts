import type { IConstruct } from 'constructs';
import type { DpopConfig } from '../../lambdas/authorizer/config';
import {
  ALGORITHMS,
  type Algorithm,
  PUBLIC_URL,
  SENDER_CONSTRAINTS,
  type SenderConstraint,
} from '../../lambdas/lib/grammar';
import { ConstructError } from '../support/errors';
import { checkInteger } from '../support/node-function-checks';

/** Which DPoP proofs (RFC 9449) are accepted. */
export interface DpopOptions {
  /** Accepted JWS algorithms. @default ["ES256", "EdDSA", "PS256", "RS256"] */
  readonly algorithms?: readonly Algorithm[];
  /** How long after its `iat` a proof is accepted, in seconds, 1 to 300. @default 60 */
  readonly maxAgeSeconds?: number;
  /** Accepted clock difference, in seconds, 0 to 60. @default 5 */
  readonly leewaySeconds?: number;
}

interface Constrained {
  readonly senderConstraints?: readonly SenderConstraint[];
}

interface Published {
  readonly resultCacheSeconds: number;
  readonly publicUrls?: readonly string[];
}

/** Adds the defaults; `undefined` where no issuer has sender constraints. */
export function completeDpop(issuers: readonly Constrained[], options: DpopOptions = {}): DpopConfig | undefined {
  return issuers.some((issuer) => issuer.senderConstraints?.length)
    ? { algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'], maxAgeSeconds: 60, leewaySeconds: 5, ...options }
    : undefined;
}

/** Algorithms of the DPoP proofs that a gateway can offer its callers; `undefined` where no issuer binds tokens so. */
export function dpopAlgorithms(
  issuers: readonly Constrained[],
  options?: DpopOptions,
): DpopConfig['algorithms'] | undefined {
  return completeDpop(
    issuers.filter(({ senderConstraints = [] }) => senderConstraints.includes('dpop')),
    options,
  )?.algorithms;
}

/**
 * Checks everything about sender constraints.
 *
 * @throws {ConstructError} with the first fault
 */
export function validateSenderConstraints(
  scope: IConstruct,
  issuers: readonly Constrained[],
  apis: Readonly<Record<string, Published>>,
  dpop: DpopOptions = {},
): void {
  issuers.forEach(({ senderConstraints = [] }, index) => {
    const unknown = senderConstraints.find((one) => !SENDER_CONSTRAINTS.includes(one));
    if (unknown !== undefined) {
      throw new ConstructError(
        `issuers[${index}].senderConstraints holds ${JSON.stringify(unknown)}, allowed are "dpop" and "mtls"`,
        scope,
      );
    }
  });
  const { algorithms = ALGORITHMS } = dpop;
  if (algorithms.length === 0 || algorithms.some((name) => !ALGORITHMS.includes(name))) {
    throw new ConstructError(
      `dpop.algorithms is ${JSON.stringify(algorithms)}, allowed are ${ALGORITHMS.join(', ')}`,
      scope,
    );
  }
  checkInteger(scope, 'dpop.maxAgeSeconds', dpop.maxAgeSeconds, 1, 300);
  checkInteger(scope, 'dpop.leewaySeconds', dpop.leewaySeconds, 0, 60);
  for (const [api, { publicUrls = [] }] of Object.entries(apis)) {
    const wrong = publicUrls.find((url) => !PUBLIC_URL.pattern.test(url) || !URL.canParse(url));
    if (wrong !== undefined) {
      throw new ConstructError(
        `apis[${JSON.stringify(api)}].publicUrls has ${JSON.stringify(wrong)}, allowed is ${PUBLIC_URL.allowed}`,
        scope,
      );
    }
  }
  const isConstrained = issuers.some((issuer) => issuer.senderConstraints?.length);
  if (isConstrained && Object.values(apis).every((api) => api.resultCacheSeconds !== 0)) {
    throw new ConstructError(
      'an issuer has senderConstraints and every API keeps authorizer results, allowed is resultCacheSeconds 0 for at least one: others refuse bound tokens',
      scope,
    );
  }
}
