import { OpenAPIHono } from '@hono/zod-openapi';
import { TOKEN_SERVICE_SCOPES } from '../lib/platform-scopes';
import { type OpenApi, SECURITY_SCHEME } from './http/route';
import { ROUTES } from './http/subjects';

/** What each scope is for, where an operation needs it. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  [TOKEN_SERVICE_SCOPES.read]: 'Read tokens, applications and teams',
  [TOKEN_SERVICE_SCOPES.write]: 'Issue and revoke tokens, register applications',
  [TOKEN_SERVICE_SCOPES.teams]: 'Change teams and their members',
};

/**
 * OpenAPI 3.0 document of the token service, generated from the schemas that check its requests; the same bytes every
 * time. It is written at build time, and the constructs mount its operations on a gateway.
 *
 * @param basePath path before every route. @default - none; whoever mounts the routes adds its own
 */
export function openApiDocument(basePath = ''): OpenApi {
  const registry = new OpenAPIHono();
  registry.openAPIRegistry.registerComponent('securitySchemes', SECURITY_SCHEME, {
    type: 'oauth2',
    description: 'An API token or an access token of the platform, as a bearer token (RFC 6750).',
    flows: {
      clientCredentials: {
        // Tokens come from this very service or from an outside issuer, so there is no address of our own to state.
        tokenUrl: 'https://issuer.invalid/oauth2/token',
        scopes: Object.fromEntries(scopesInUse().map((scope) => [scope, DESCRIPTIONS[scope] ?? scope])),
      },
    },
  });
  for (const route of ROUTES) {
    registry.openAPIRegistry.registerPath({ ...route, path: `${basePath}${route.path}` });
  }
  return registry.getOpenAPIDocument({
    openapi: '3.0.3',
    info: {
      title: 'Gatehouse token service',
      version: '1.0.0',
      description: 'Issues, lists and revokes API tokens.',
    },
  });
}

function scopesInUse(): string[] {
  return [...new Set(ROUTES.flatMap(({ security }) => security.flatMap((rule) => rule[SECURITY_SCHEME] ?? [])))].sort();
}
