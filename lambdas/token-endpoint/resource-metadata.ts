import { OAUTH_PATHS, type TokenEndpointConfig } from './config';

/**
 * The metadata of the protected resources (RFC 9728, 2): which authorization server each API trusts, and how it takes tokens. They are served below the
 * issuer, where challenges of the APIs point (5.1), because an API with a base path cannot serve the place of 3.1.
 *
 * @returns what makes the document at a path; `undefined` for another path
 */
export function createResourceMetadata({
  issuer,
  resources,
  scopes,
  dpop,
}: TokenEndpointConfig): (path: string) => (() => object) | undefined {
  const byPath = new Map<string, () => object>(
    Object.entries(resources).flatMap(([resource, settings]) =>
      settings.api === undefined
        ? []
        : [
            [
              `${OAUTH_PATHS.resourceMetadata}/${settings.api}`,
              () => ({
                resource,
                authorization_servers: [issuer],
                scopes_supported: settings.scopes ?? scopes.filter((scope) => !scope.endsWith('*')),
                bearer_methods_supported: ['header'],
                ...(dpop && { dpop_signing_alg_values_supported: dpop.algorithms }),
              }),
            ] as const,
          ],
    ),
  );
  return (path) => byPath.get(path);
}
