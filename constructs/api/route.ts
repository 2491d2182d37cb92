import type { AccessRule, RouteRule } from '../../lambdas/lib/access-rule';
import { parsePath, RouteError } from './path';

/** Methods that a route may have. `ANY` is left out on purpose: an access rule belongs to one method. */
export const ROUTE_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** What bodies of some media types must look like. */
export interface BodySchema {
  /** Self-contained JSON Schema draft 4: each `$ref` is `#/definitions/<name>`. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Media types that the schema is for, in lower case and without parameters. @default ["application/json"] */
  readonly contentTypes?: readonly string[];
}

/** What a request body must look like. */
export interface RequestBody extends BodySchema {
  /**
   * Whether the body is checked. API Gateway cannot let a body be absent and check it otherwise, so an optional body is left to the
   * backend.
   */
  readonly required: boolean;
  /** Further media types that have schemas of their own. @default - none */
  readonly others?: readonly BodySchema[];
  /**
   * Whether the route takes bodies of media types that have no schema here; they are left to the backend.
   *
   * @default false - a body of any other type has to meet one of the schemas
   */
  readonly otherTypes?: boolean;
}

/** What is said of a route besides its method and path. */
export interface RouteProps {
  /** Who may call the route. */
  readonly rule: AccessRule;
  /** Name of the integration that answers. */
  readonly backend?: string;
  /**
   * Whether the caller must have a usage key, by which rate and quota are counted. Only for `scopes` and `authenticated`
   * routes: the authorizer names the key.
   *
   * @default - as `usageKeys` of the API says for these routes, false for all others
   */
  readonly apiKeyRequired?: boolean;
  /** Name of the operation. @default - none */
  readonly operationId?: string;
  /**
   * Query and header parameters that API Gateway knows of, in its own notation, and whether it refuses a request without
   * them: `{ 'method.request.querystring.from': true }`.
   *
   * @default - none are checked
   */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** @default - the body is not checked */
  readonly requestBody?: RequestBody;
}

/** A route of one API. */
export interface RouteDefinition extends RouteRule, RouteProps {}

/** `GET /v1/sales/{region}`. */
export function routeKey(route: { readonly method: string; readonly path: string }): string {
  return `${route.method} ${route.path}`;
}

/**
 * Reads a route key.
 *
 * @throws {RouteError} when it is not `<METHOD> <path template>`
 */
export function parseRouteKey(key: string): { method: string; path: string } {
  const [method = '', path, ...rest] = key.split(' ');
  if (path === undefined || rest.length > 0) {
    throw new RouteError(
      `route key is ${JSON.stringify(key)}, allowed is "<METHOD> <path>", for example "GET /v1/sales/{region}"`,
    );
  }
  checkMethod(method, key);
  parsePath(path);
  return { method, path };
}

/**
 * Puts routes below a path, for example those of the token service below `/v1`.
 *
 * @throws {RouteError} for a malformed `basePath`; empty and `/` are the root
 */
export function mountRoutes(routes: readonly RouteDefinition[], basePath: string): RouteDefinition[] {
  const base = basePath === '' || basePath === '/' ? '' : basePath;
  if (base !== '' && parsePath(base).some((segment) => segment.kind === 'greedy')) {
    throw new RouteError(`base path ${JSON.stringify(basePath)} ends with a greedy parameter, nothing can be below it`);
  }
  return routes.map((route) => ({ ...route, path: route.path === '/' ? base || '/' : base + route.path }));
}

/** What the authorizer needs to know of the routes, in the order of their keys. */
export function routeRules(routes: readonly RouteDefinition[]): RouteRule[] {
  return sortRoutes(routes).map(({ method, path, rule }) => ({ method, path, rule }));
}

/** Routes in the order of path and method: what is made of them does not depend on the order they came in. */
export function sortRoutes<T extends { readonly method: string; readonly path: string }>(routes: readonly T[]): T[] {
  return [...routes].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
}

/** Order of UTF-16 code units: the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @throws {RouteError} for a method that no route may have */
export function checkMethod(method: string, key: string): void {
  if (!ROUTE_METHODS.some((allowed) => allowed === method)) {
    throw new RouteError(
      `route ${JSON.stringify(key)} has the method ${JSON.stringify(method)}, allowed are ${ROUTE_METHODS.join(', ')}`,
    );
  }
}
