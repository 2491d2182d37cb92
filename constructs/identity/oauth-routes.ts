import { OAUTH_PATHS } from '../../lambdas/token-endpoint/config';
import type { RouteDefinition } from '../api/route';

/** What anybody may call, with the reason. The key set has a route of its own, see `keySetRoute`. */
const ROUTES: readonly (readonly [method: string, path: string, operationId: string, reason: string])[] = [
  [
    'POST',
    OAUTH_PATHS.token,
    'issueAccessToken',
    'a client authenticates to the function with its own credentials (RFC 6749, 2.3), or brings the token that it exchanges (RFC 8693)',
  ],
  [
    'POST',
    OAUTH_PATHS.revoke,
    'revokeByClient',
    'a client authenticates to the function with its own credentials (RFC 7009, 2.1), or holds the token',
  ],
  [
    'POST',
    OAUTH_PATHS.introspect,
    'introspectToken',
    'a resource server authenticates to the function with its own credentials (RFC 7662, 2.1)',
  ],
  [
    'GET',
    OAUTH_PATHS.metadata,
    'getAuthorizationServerMetadata',
    'whoever asks for a token needs to know where (RFC 8414)',
  ],
  [
    'GET',
    OAUTH_PATHS.openidMetadata,
    'getOpenIdConfiguration',
    'the same document for clients that look for it there (OpenID Connect Discovery 1.0, 4)',
  ],
  [
    'GET',
    `${OAUTH_PATHS.resourceMetadata}/{api}`,
    'getProtectedResourceMetadata',
    'whoever was refused by an API needs to know which authorization server it trusts (RFC 9728)',
  ],
];

/**
 * Routes by which a gateway serves the OAuth endpoints; `backend` names the function among the gateway's integrations. They are public: give
 * the stage a throttle, and the domain a web firewall with a rate rule per address.
 */
export function oauthRoutes(backend: string): RouteDefinition[] {
  return ROUTES.map(([method, path, operationId, reason]) => ({
    method,
    path,
    rule: { kind: 'public', reason },
    backend,
    operationId,
  }));
}
