import type { Route } from '../../model/types';

/**
 * Endpoints at which a caller shows a credential to a function and not to the gateway: token, revocation, introspection, pushed requests,
 * registration (RFC 6749, 7009, 7662, 9126, 7591), by the names that the usual servers give them.
 */
const ENDPOINT =
  /\/(oauth2?|openid-connect|connect|oidc)(\/v\d+)?\/(token|revoke|revocation|introspect|introspection|par|register|device_authorization)$/;

/** Whether a route is an OAuth endpoint that takes credentials; told by its method and path. */
export function isOAuthEndpoint({ method, path }: Route): boolean {
  return (
    path.kind === 'known' &&
    ENDPOINT.test(path.value) &&
    (method.kind !== 'known' || method.value === 'POST' || method.value === 'ANY')
  );
}
