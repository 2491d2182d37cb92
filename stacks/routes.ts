import { readFileSync } from 'node:fs';
import { routesFromOpenApi } from '../constructs/gateway/openapi';
import { mountRoutes, type RouteDefinition, routeKey } from '../constructs/gateway/route';
import { keySetRoute } from '../constructs/rotation';
import { tokenServiceDocumentFile } from '../constructs/support/bundles';
import { ConfigError, type LoadedConfig, resolveFrom } from './config';
import type { ApiConfig } from './config/types';

/** Name of the token service among the backends of an API that serves it. */
export const TOKEN_SERVICE_BACKEND = 'token-service';

/** Name of the function that serves the public keys among the backends of the API that serves them. */
export const KEY_SET_BACKEND = 'key-set';

/**
 * Routes of an API of the configuration: those of its OpenAPI document and, where it serves the token service, those of
 * the service under its base path, and the key set of the signing keys where it serves that.
 *
 * @throws {ConfigError} for an unreadable document, a scope that the configuration does not declare, or a clash of the
 *   API's own names with the token service
 * @throws {OpenApiError} for a document that says something API Gateway or the kit cannot do
 */
export function apiRoutes(loaded: LoadedConfig, api: string): RouteDefinition[] {
  return routesOf(loaded, api, 'openapi', apiConfig(loaded, api).openapi);
}

/**
 * Routes with the access rules that are evaluated beside those of an API and not enforced: of another OpenAPI document,
 * and those of the token service where the API serves it.
 *
 * @param openapi path of the document, relative to the configuration file
 * @throws {ConfigError} as {@link apiRoutes} does
 * @throws {OpenApiError} as {@link apiRoutes} does
 */
export function shadowRoutes(loaded: LoadedConfig, api: string, openapi: string): RouteDefinition[] {
  return routesOf(loaded, api, 'shadowOpenapi', openapi);
}

function routesOf(
  loaded: LoadedConfig,
  api: string,
  member: 'openapi' | 'shadowOpenapi',
  openapi: string,
): RouteDefinition[] {
  const config = apiConfig(loaded, api);
  const file = resolveFrom(loaded, openapi);
  const routes = routesFromOpenApi(readDocument(file, `/apis/${api}/${member}`), {
    source: openapi,
    backends: Object.keys(config.backends),
  });
  if (config.tokenService !== undefined) {
    if (config.backends[TOKEN_SERVICE_BACKEND] !== undefined) {
      throw new ConfigError(
        `/apis/${api}/backends has the name "${TOKEN_SERVICE_BACKEND}", which is the token service's`,
      );
    }
    for (const route of tokenServiceRoutes(config.tokenService.basePath)) {
      addRoute(openapi, routes, route, "the token service's");
    }
  }
  if (loaded.config.rotation?.signingKeys?.api === api) {
    if (config.backends[KEY_SET_BACKEND] !== undefined) {
      throw new ConfigError(`/apis/${api}/backends has the name "${KEY_SET_BACKEND}", which is the key set's`);
    }
    addRoute(openapi, routes, keySetRoute(KEY_SET_BACKEND), "the key set's");
  }
  checkScopes(loaded, openapi, routes);
  return routes;
}

/** @throws {ConfigError} when the API's document has the route too */
function addRoute(openapi: string, routes: RouteDefinition[], route: RouteDefinition, whose: string): void {
  const clash = routes.find((other) => routeKey(other) === routeKey(route));
  if (clash !== undefined) {
    throw new ConfigError(`${openapi} has the route ${routeKey(clash)}, which is ${whose}`);
  }
  routes.push(route);
}

/** Settings of an API of the configuration. */
export function apiConfig(loaded: LoadedConfig, api: string): ApiConfig {
  const config = loaded.config.apis[api];
  if (config === undefined) {
    throw new ConfigError(`API is ${JSON.stringify(api)}, allowed are ${Object.keys(loaded.config.apis).join(', ')}`);
  }
  return config;
}

function tokenServiceRoutes(basePath: string): RouteDefinition[] {
  const document = readDocument(tokenServiceDocumentFile(), 'the token service');
  const options = { source: 'the token service', defaultBackend: TOKEN_SERVICE_BACKEND };
  return mountRoutes(routesFromOpenApi(document, options), basePath);
}

function readDocument(file: string, where: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`${where}: cannot read the OpenAPI document ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** No token could hold a scope that is not declared, so its route would be closed to everybody by a slip of the pen. */
function checkScopes(loaded: LoadedConfig, openapi: string, routes: readonly RouteDefinition[]): void {
  const declared = loaded.config.scopes;
  for (const route of routes) {
    const scopes = route.rule.kind === 'scopes' ? route.rule.anyOf.flat() : [];
    const unknown = scopes.find((scope) => declared[scope] === undefined);
    if (unknown !== undefined) {
      throw new ConfigError(
        `${openapi}: route ${routeKey(route)} requires the scope ${JSON.stringify(unknown)}, allowed are ${Object.keys(declared).join(', ')}`,
      );
    }
  }
}
