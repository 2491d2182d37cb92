import { nodeCryptoEngine } from '../../../../lambdas/authorizer/access-token/node-crypto-engine';
import type { AuthorizerResult } from '../../../../lambdas/authorizer/answer/result';
import { createAuthorizer } from '../../../../lambdas/authorizer/authorizer';
import type { AuthorizerConfig, IssuerConfig } from '../../../../lambdas/authorizer/config';
import { authorizerConfig, compiled, testPorts } from '../../authorizer/support/access-tokens';
import { eventFor, verdictOf } from '../../authorizer/support/harness';
import { scoped } from '../../authorizer/support/routing';
import { CONFIG, ISSUER, SHOP } from './config';
import type { EndpointWorld } from './world';

/** How the kit's authorizer trusts its own issuer. */
export function ownIssuer(changes: Partial<IssuerConfig> = {}): IssuerConfig {
  return {
    issuer: ISSUER,
    audience: [CONFIG.audience],
    scopes: [...CONFIG.scopes],
    algorithms: ['ES256', 'EdDSA', 'RS256'],
    types: ['at+jwt'],
    maxLifetimeSeconds: 3600,
    leewaySeconds: 5,
    ownIssuer: true,
    senderConstraints: ['dpop', 'mtls'],
    jwksUri: `${ISSUER}/.well-known/jwks.json`,
    ...changes,
  };
}

/** What the kit's authorizer says of a token at `GET /v1/sales` of the shop: the verdict of its policy, or `401`. */
export type Judge = (
  token: string,
  request?: { readonly sourceIp?: string; readonly scheme?: string },
) => Promise<string>;

/**
 * The kit's authorizer in front of the shop, on the table of a world, by its clock.
 *
 * @param fetchKeySet @default - the key set of the world
 */
export function shopAuthorizer(
  world: EndpointWorld,
  fetchKeySet: () => Promise<unknown> = async () => world.keySet(),
): Judge {
  const ports = testPorts(nodeCryptoEngine);
  const config: AuthorizerConfig = {
    ...authorizerConfig([ownIssuer()]),
    dpop: { algorithms: ['ES256'], maxAgeSeconds: 60, leewaySeconds: 5 },
    apis: { sales: { ...compiled([scoped('GET /v1/sales', 'sales:read')], 'strict'), resource: SHOP } },
  };
  const authorize = createAuthorizer(config, {
    ...ports,
    clock: () => world.now * 1000,
    readItem: world.ports().readItem,
    fetchKeySet,
  });
  return async (token, { sourceIp, scheme = 'Bearer' } = {}) => {
    const event = eventFor(`${scheme} ${token}`, { results: 'route', ...(sourceIp !== undefined && { sourceIp }) });
    try {
      const result = (await authorize(event)) as AuthorizerResult;
      const from = sourceIp === undefined ? {} : { sourceIp };
      return String(verdictOf(result, 'GET/v1/sales', { now: world.now, ...from }));
    } catch (error) {
      if ((error as Error).message === 'Unauthorized') {
        return '401';
      }
      throw error;
    }
  };
}
