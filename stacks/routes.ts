import { readFileSync } from 'node:fs';
import { OpenApiError, type OpenApiFault } from '../constructs/api/openapi/faults';
import type { OpenApiNote } from '../constructs/api/openapi/notes';
import { parseOpenApi } from '../constructs/api/openapi/parse';
import { readOpenApi, routesFromOpenApi } from '../constructs/api/openapi/reader';
import { mountRoutes, type RouteDefinition, routeKey } from '../constructs/api/route';
import { keySetRoute } from '../constructs/rotation';
import { tokenServiceDocumentFile } from '../constructs/support/bundles';
import { ConfigError, type LoadedConfig, resolveFrom } from './config';
import type { ApiConfig } from './config/types';

/** Name of the token service among the backends of an API that serves it. */
export const TOKEN_SERVICE_BACKEND = 'token-service';

/** Name of the function that serves the public keys among the backends of the API that serves them. */
export const KEY_SET_BACKEND = 'key-set';

/** What the OpenAPI documents of an API say. */
export interface ApiDocuments {
  /**
   * Routes of its document and, where it serves the token service, those of the service under its base path, and the key set of the
   * signing keys where it serves that.
   */
  readonly routes: readonly RouteDefinition[];
  /**
   * Routes with the access rules that are evaluated beside those of the API and not enforced: of another document, and those of the
   * token service where the API serves it.
   *
   * @default - there is no such document
   */
  readonly shadow?: readonly RouteDefinition[];
  /** Media types whose bodies are bytes. */
  readonly binaryMediaTypes: readonly string[];
  /** What the document demands and API Gateway does not check. */
  readonly notes: readonly OpenApiNote[];
}

const documentsByConfig = new WeakMap<LoadedConfig, ReadonlyMap<string, ApiDocuments>>();

/**
 * What the documents of an API of the configuration say. All documents of a configuration are read together, and once: environments
 * differ in none of it.
 *
 * @throws {ConfigError} for an unreadable document, or a clash of the API's own names with the token service
 * @throws {OpenApiError} with every fault of all documents: what API Gateway or the kit cannot do, a backend or scope that the
 *   configuration does not declare
 */
export function apiDocuments(loaded: LoadedConfig, api: string): ApiDocuments {
  apiConfig(loaded, api);
  const all = documentsByConfig.get(loaded) ?? readDocuments(loaded);
  documentsByConfig.set(loaded, all);
  const documents = all.get(api);
  if (documents === undefined) {
    throw new Error(`the documents of ${api} were not read`);
  }
  return documents;
}

/** The routes of an API of the configuration, as {@link apiDocuments} has them. */
export function apiRoutes(loaded: LoadedConfig, api: string): readonly RouteDefinition[] {
  return apiDocuments(loaded, api).routes;
}

function readDocuments(loaded: LoadedConfig): ReadonlyMap<string, ApiDocuments> {
  const faults: OpenApiFault[] = [];
  const all = new Map<string, ApiDocuments>();
  const read = <T>(part: () => T): T | undefined => {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof OpenApiError)) {
        throw error;
      }
      faults.push(...error.faults);
      return undefined;
    }
  };
  for (const api of Object.keys(loaded.config.apis)) {
    const { openapi, shadowOpenapi } = apiConfig(loaded, api);
    const main = read(() => readDocument(loaded, api, 'openapi', openapi));
    const shadow =
      shadowOpenapi === undefined
        ? undefined
        : read(() => readDocument(loaded, api, 'shadowOpenapi', shadowOpenapi).routes);
    if (main !== undefined) {
      all.set(api, { ...main, ...(shadow === undefined ? {} : { shadow }) });
    }
  }
  // Two APIs may share a document.
  const different = new Map(faults.map((fault) => [`${fault.source} ${fault.pointer} ${fault.text}`, fault]));
  if (different.size > 0) {
    throw new OpenApiError([...different.values()]);
  }
  return all;
}

function readDocument(
  loaded: LoadedConfig,
  api: string,
  member: 'openapi' | 'shadowOpenapi',
  openapi: string,
): ApiDocuments {
  const config = apiConfig(loaded, api);
  const where = `/apis/${api}/${member}`;
  const { document, lineOf } = parseOpenApi(readText(resolveFrom(loaded, openapi), where), openapi);
  const { binaryMediaTypes } = config;
  const read = readOpenApi(document, {
    source: openapi,
    lineOf,
    backends: Object.keys(config.backends),
    // No token could hold a scope that is not declared, so its route would be closed to everybody by a slip of the pen.
    scopes: Object.keys(loaded.config.scopes),
    ...(binaryMediaTypes === undefined ? {} : { binaryMediaTypes }),
  });
  const routes = [...read.routes];
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
  return { ...read, routes };
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
  const { document } = parseOpenApi(readText(tokenServiceDocumentFile(), 'the token service'), 'the token service');
  const options = { source: 'the token service', defaultBackend: TOKEN_SERVICE_BACKEND };
  return mountRoutes(routesFromOpenApi(document, options), basePath);
}

function readText(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${where}: cannot read the OpenAPI document ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** The same for the routes that the kit itself adds. */
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
