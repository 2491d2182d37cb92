import { meets, type Requirement } from '../../lib/access-rule';

/** A route as it stands in the packaged configuration. */
export interface CompiledRoute {
  /** Method and path as written: `GET /v1/sales/{region}`. */
  readonly key: string;
  /** What a credential has to meet; an empty list for public and IAM routes, which are not the authorizer's to protect. */
  readonly anyOf: Requirement;
}

/** A route of the table. */
export interface Route extends CompiledRoute {
  /** The route as an IAM resource, each parameter a `*`: `GET/v1/sales/*`. */
  readonly resource: string;
}

/** Routes of one API. */
export interface RouteTable {
  readonly routes: readonly Route[];
  /** The route of a method and a path template; the names of parameters play no part. */
  find(method: string, path: string): Route | undefined;
  /** Routes that a token with these scopes may call. */
  granted(scopes: readonly string[]): readonly Route[];
}

/** Makes a table of compiled routes. */
export function routeTable(compiled: readonly CompiledRoute[]): RouteTable {
  const routes = compiled.map((route) => ({ ...route, resource: resourceOf(route.key) }));
  // By method, then path: joining the two for each request would cost more than both look-ups.
  const byMethod = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const [method = '', path = ''] = route.key.split(' ');
    const byPath = byMethod.get(method) ?? new Map<string, Route>();
    byMethod.set(method, byPath.set(path, route).set(shapeOf(path), route));
  }
  return {
    routes,
    find: (method, path) => {
      const byPath = byMethod.get(method);
      return byPath?.get(path) ?? byPath?.get(shapeOf(path));
    },
    granted: (scopes) => routes.filter(({ anyOf }) => meets(scopes, anyOf)),
  };
}

/** A route key as an IAM resource. */
export function resourceOf(key: string): string {
  return key.replace(' ', '').replace(/{[^/]+}/g, '*');
}

/**
 * IAM resources for the paths of a route: its own, and the same with a slash at the end, which the gateway ignores and the ARN
 * of a request keeps. A `*` at the end has it in it; the root has no other.
 */
export function resourcesOf(resource: string): readonly string[] {
  return resource.endsWith('*') || resource.endsWith('/') ? [resource] : [resource, `${resource}/`];
}

/** A path, or a route key, with the names of its parameters left out. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^}+]*/g, '{');
}
