import { readFileSync } from 'node:fs';
import { tokenServiceDocumentFile } from '../support/bundles';
import { frozenCopy } from './frozen-copy';
import { parseOpenApi } from './openapi/parse';
import { routesFromOpenApi } from './openapi/reader';
import { mountRoutes, type RouteDefinition } from './route';

/** Name of the token service among the integrations of a gateway that serves it. */
export const TOKEN_SERVICE_BACKEND = 'token-service';

let unmounted: readonly RouteDefinition[] | undefined;

/**
 * Routes of the token service below a path, from the OpenAPI document that is built with it; the document is part of the kit, so it is
 * read once.
 *
 * @throws {RouteError} for a malformed path
 */
export function tokenServiceRoutes(basePath: string): RouteDefinition[] {
  unmounted ??= frozenCopy(readRoutes());
  return mountRoutes(unmounted, basePath);
}

function readRoutes(): RouteDefinition[] {
  const source = parseOpenApi(readFileSync(tokenServiceDocumentFile(), 'utf8'), 'the token service');
  return routesFromOpenApi(source.document, { source: source.source, defaultBackend: TOKEN_SERVICE_BACKEND });
}
