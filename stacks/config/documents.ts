import { readFileSync } from 'node:fs';
import {
  OpenApiError,
  type OpenApiFault,
  type OpenApiRoutes,
  parseOpenApi,
  type RouteDefinition,
  readOpenApi,
  routeKey,
  TOKEN_SERVICE_BACKEND,
} from '../../constructs/api';
import { keySetRoute } from '../../constructs/rotation';
import { ConfigError } from './error';
import type { GatehouseConfig } from './types';

/** Name of the function that serves the public keys among the backends of the API that serves them. */
export const KEY_SET_BACKEND = 'key-set';

/** What the OpenAPI documents of an API say. */
export interface ApiDocuments extends OpenApiRoutes {
  /** Routes of the document whose rules are evaluated and not enforced. @default - there is no such document */
  readonly shadow: readonly RouteDefinition[] | undefined;
  /** The document itself. */
  readonly document: unknown;
}

/**
 * Reads the OpenAPI documents of all APIs of a configuration.
 *
 * @param resolve path of a file that the configuration names
 * @throws {ConfigError} for an unreadable document, or a clash of the API's own names with those of the kit
 * @throws {OpenApiError} with every fault of all documents
 */
export function readDocuments(
  config: GatehouseConfig,
  resolve: (path: string) => string,
): ReadonlyMap<string, ApiDocuments> {
  const faults: OpenApiFault[] = [];
  const all = new Map<string, ApiDocuments>();
  const attempt = <T>(part: () => T): T | undefined => {
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
  for (const [name, { openapi, shadowOpenapi }] of Object.entries(config.apis)) {
    const main = attempt(() => readDocument(config, name, 'openapi', openapi, resolve));
    const shadow =
      shadowOpenapi === undefined
        ? undefined
        : attempt(() => readDocument(config, name, 'shadowOpenapi', shadowOpenapi, resolve));
    if (main !== undefined) {
      all.set(name, { ...main, shadow: shadow?.routes });
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
  config: GatehouseConfig,
  name: string,
  member: 'openapi' | 'shadowOpenapi',
  file: string,
  resolve: (path: string) => string,
): OpenApiRoutes & { readonly document: unknown } {
  const { backends = {}, binaryMediaTypes } = config.apis[name] ?? {};
  const { document, lineOf } = parseOpenApi(readText(resolve(file), `/apis/${name}/${member}`), file);
  const read = readOpenApi(document, {
    source: file,
    lineOf,
    backends: Object.keys(backends),
    // No token could hold a scope that is not declared, so its route would be closed to everybody by a slip of the pen.
    scopes: Object.keys(config.scopes),
    ...(binaryMediaTypes === undefined ? {} : { binaryMediaTypes }),
  });
  const own = ownRoutes(config, name);
  const clash = own.find((route) => read.routes.some((other) => routeKey(other) === routeKey(route)));
  if (clash !== undefined) {
    throw new ConfigError(`${file} has the route ${routeKey(clash)}, which is the key set's`);
  }
  return { ...read, document, routes: [...read.routes, ...own] };
}

/** Routes that the kit adds to those of the documents, besides the token service's. */
function ownRoutes(config: GatehouseConfig, name: string): RouteDefinition[] {
  const { backends = {}, tokenService } = config.apis[name] ?? {};
  if (tokenService !== undefined && backends[TOKEN_SERVICE_BACKEND] !== undefined) {
    throw new ConfigError(
      `/apis/${name}/backends has the name "${TOKEN_SERVICE_BACKEND}", which is the token service's`,
    );
  }
  if (config.rotation?.signingKeys?.api !== name) {
    return [];
  }
  if (backends[KEY_SET_BACKEND] !== undefined) {
    throw new ConfigError(`/apis/${name}/backends has the name "${KEY_SET_BACKEND}", which is the key set's`);
  }
  return [keySetRoute(KEY_SET_BACKEND)];
}

function readText(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${where}: cannot read the OpenAPI document ${file}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The scopes of a document are compared as it is read; this is for the routes that the kit adds.
 *
 * @throws {ConfigError} for a scope that is not declared
 */
export function checkScopes(config: GatehouseConfig, openapi: string, routes: readonly RouteDefinition[]): void {
  for (const route of routes) {
    const scopes = route.rule.kind === 'scopes' ? route.rule.anyOf.flat() : [];
    const unknown = scopes.find((scope) => config.scopes[scope] === undefined);
    if (unknown !== undefined) {
      throw new ConfigError(
        `${openapi}: route ${routeKey(route)} requires the scope ${JSON.stringify(unknown)}, allowed are ${Object.keys(config.scopes).join(', ')}`,
      );
    }
  }
}
