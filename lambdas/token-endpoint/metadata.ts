import { CLIENT_AUTH_METHODS, CLIENT_GRANTS } from '../lib/client-record';
import { ALGORITHMS } from '../lib/grammar';
import { OAUTH_PATHS, type TokenEndpointConfig } from './config';
import { algorithmNames } from './jws-algorithm';
import type { OwnTokens } from './tokens/own-tokens';

/**
 * The metadata of the issuer (RFC 8414, 2; RFC 8705, 5; RFC 9449, 5.1; RFC 9701, 7). They name what works and nothing else: there is no
 * authorization endpoint, and so no response type.
 */
export async function metadataOf(config: TokenEndpointConfig, tokens: OwnTokens): Promise<object> {
  const { issuer, mtlsUrl, dpop, tokenService, scopes } = config;
  const endpoints = (base: string) => ({
    token_endpoint: base + OAUTH_PATHS.token,
    introspection_endpoint: base + OAUTH_PATHS.introspect,
    ...(tokenService !== undefined && { revocation_endpoint: base + OAUTH_PATHS.revoke }),
  });
  const methods = CLIENT_AUTH_METHODS.filter((method) => mtlsUrl !== undefined || !method.includes('tls'));
  const authentication = (endpoint: string) => ({
    [`${endpoint}_endpoint_auth_methods_supported`]: methods,
    [`${endpoint}_endpoint_auth_signing_alg_values_supported`]: algorithmNames(ALGORITHMS),
  });
  return {
    issuer,
    ...endpoints(issuer),
    jwks_uri: issuer + OAUTH_PATHS.keySet,
    grant_types_supported: CLIENT_GRANTS,
    response_types_supported: [],
    scopes_supported: scopes.filter((scope) => !scope.endsWith('*')),
    ...authentication('token'),
    ...authentication('introspection'),
    ...(tokenService !== undefined && authentication('revocation')),
    introspection_signing_alg_values_supported: await tokens.algorithms(),
    ...(dpop && { dpop_signing_alg_values_supported: algorithmNames(dpop.algorithms) }),
    ...(mtlsUrl !== undefined && {
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: endpoints(mtlsUrl),
    }),
  };
}
