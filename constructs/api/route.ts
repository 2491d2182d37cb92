import type { AccessRule, RouteRule } from '../../lambdas/lib/access-rule';
import { SCOPE } from '../../lambdas/lib/grammar';

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
   * Whether the caller must have a usage key, by which rate and quota are counted. Only for `scopes` routes: the
   * authorizer names the key.
   *
   * @default - as the gateway's `usageKeysRequired` says for `scopes` routes, false for all others
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

/** A route that is malformed, or does not fit in beside another one. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
}

/** A segment of a path template. */
export type Segment = { readonly kind: 'literal' | 'parameter' | 'greedy'; readonly name: string };

/**
 * Characters of a path part, as API Gateway's own error states them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html
 */
const LITERAL = /^[A-Za-z0-9._:-]+$/;
const PARAMETER = /^\{([A-Za-z0-9._:-]+)(\+?)\}$/;

const REQUEST_PARAMETER = /^method\.request\.(querystring|header|path)\.([a-zA-Z0-9._$-]+)$/;

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
 * Splits a path template into its segments; none for `/`.
 *
 * @throws {RouteError} for what API Gateway would refuse: an empty or trailing segment, other characters, a parameter
 * that is only a part of its segment or appears twice, a greedy parameter before the end
 */
export function parsePath(path: string): readonly Segment[] {
  const refuse = (what: string): never => {
    throw new RouteError(`path ${JSON.stringify(path)} ${what}`);
  };
  if (!path.startsWith('/')) {
    refuse('does not begin with "/"');
  }
  if (path === '/') {
    return [];
  }
  const names = new Set<string>();
  const parts = path.slice(1).split('/');
  return parts.map((part, index): Segment => {
    if (part === '') {
      refuse('has an empty segment, allowed is no "//" and no "/" at the end');
    }
    const [, name, plus] = PARAMETER.exec(part) ?? [];
    if (name === undefined) {
      if (!LITERAL.test(part)) {
        refuse(`has the segment ${JSON.stringify(part)}, allowed are A-Z a-z 0-9 . _ : - or one whole {parameter}`);
      }
      return { kind: 'literal', name: part };
    }
    if (names.has(name)) {
      refuse(`has the parameter ${JSON.stringify(name)} twice`);
    }
    names.add(name);
    if (plus === '+' && index < parts.length - 1) {
      refuse(`has the greedy parameter ${JSON.stringify(part)} before its end, allowed is only the last segment`);
    }
    return { kind: plus === '+' ? 'greedy' : 'parameter', name };
  });
}

/**
 * Checks routes one by one and against each other.
 *
 * @throws {RouteError} as {@link RouteTable.add} does
 */
export function checkRoutes(routes: readonly RouteDefinition[]): void {
  const table = new RouteTable();
  for (const route of routes) {
    table.add(route);
  }
}

/** The routes of one API, each checked as it comes in. */
export class RouteTable {
  private readonly routes = new Map<string, RouteDefinition>();
  /** The parameter that stands below a path, and the route that brought it. */
  private readonly parameters = new Map<string, { part: string; key: string }>();

  /**
   * @throws {RouteError} for a malformed route, a parameter that API Gateway refuses, a second route of the same key, and a parameter where another route has
   *   one of another name (`/a/{x}` beside `/a/{y}`), which API Gateway refuses
   */
  add(route: RouteDefinition): void {
    const key = routeKey(route);
    checkMethod(route.method, key);
    const segments = parsePath(route.path);
    checkRule(route, key);
    checkParameters(route, segments, key);
    if (this.routes.has(key)) {
      throw new RouteError(`route ${key} is there twice`);
    }
    let parent = '';
    for (const segment of segments) {
      const part = segmentText(segment);
      if (segment.kind !== 'literal') {
        this.checkParameter(parent, part, key);
      }
      parent += `/${part}`;
    }
    this.routes.set(key, route);
  }

  /** All routes, in the order of path and method. */
  list(): RouteDefinition[] {
    return sortRoutes([...this.routes.values()]);
  }

  get size(): number {
    return this.routes.size;
  }

  private checkParameter(parent: string, part: string, key: string): void {
    const other = this.parameters.get(parent);
    if (other !== undefined && other.part !== part) {
      throw new RouteError(
        `route ${key} has ${part} where route ${other.key} has ${other.part}, API Gateway allows one parameter in one place`,
      );
    }
    this.parameters.set(parent, other ?? { part, key });
  }
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

/** The segment as API Gateway's `path_part` writes it. */
export function segmentText(segment: Segment): string {
  return segment.kind === 'literal' ? segment.name : `{${segment.name}${segment.kind === 'greedy' ? '+' : ''}}`;
}

/** Order of UTF-16 code units: the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkMethod(method: string, key: string): void {
  if (!ROUTE_METHODS.some((allowed) => allowed === method)) {
    throw new RouteError(
      `route ${JSON.stringify(key)} has the method ${JSON.stringify(method)}, allowed are ${ROUTE_METHODS.join(', ')}`,
    );
  }
}

/**
 * API Gateway refuses other names, and one name in two places ("Parameter name should be unique across querystring, header and
 * path").
 */
function checkParameters({ requestParameters = {} }: RouteDefinition, segments: readonly Segment[], key: string): void {
  const names = new Set(segments.flatMap(({ kind, name }) => (kind === 'literal' ? [] : [name])));
  for (const parameter of Object.keys(requestParameters)) {
    const [, location, name] = REQUEST_PARAMETER.exec(parameter) ?? [];
    if (name === undefined) {
      throw new RouteError(
        `route ${key} has the request parameter ${JSON.stringify(parameter)}, allowed is "method.request.querystring.<name>" or "method.request.header.<name>" with A-Z a-z 0-9 . _ $ - in the name`,
      );
    }
    if (location !== 'path' && names.has(name)) {
      throw new RouteError(
        `route ${key} has the request parameter ${JSON.stringify(parameter)}, whose name another parameter has, API Gateway allows a name once`,
      );
    }
    names.add(name);
  }
}

function checkRule({ rule, apiKeyRequired = false }: RouteDefinition, key: string): void {
  if (apiKeyRequired && rule.kind !== 'scopes') {
    throw new RouteError(
      `route ${key} is ${rule.kind} and requires a usage key, which only the authorizer of a scopes route names`,
    );
  }
  if (rule.kind === 'public' && rule.reason.trim() === '') {
    throw new RouteError(`route ${key} is public without a reason, a written reason is required`);
  }
  if (rule.kind !== 'scopes') {
    return;
  }
  if (rule.anyOf.length === 0 || rule.anyOf.some((scopes) => scopes.length === 0)) {
    throw new RouteError(`route ${key} requires no scope, allowed is at least one in each alternative`);
  }
  for (const scope of rule.anyOf.flat()) {
    if (!SCOPE.pattern.test(scope)) {
      throw new RouteError(`route ${key} requires the scope ${JSON.stringify(scope)}, allowed is ${SCOPE.allowed}`);
    }
  }
}
