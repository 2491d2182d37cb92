import { needsCredential, type RouteRule } from '../../lambdas/lib/access-rule';
import { SCOPE } from '../../lambdas/lib/grammar';
import { parsePath, RouteError, type Segment, segmentText } from './path';
import { checkMethod, type RouteDefinition, routeKey, sortRoutes } from './route';

const REQUEST_PARAMETER = /^method\.request\.(querystring|header|path)\.([a-zA-Z0-9._$-]+)$/;

/**
 * Checks routes one by one and against each other.
 *
 * @throws {RouteError} as {@link CheckedRoutes.add} does
 */
export function checkRoutes(routes: readonly RouteDefinition[]): void {
  const checked = new CheckedRoutes();
  for (const route of routes) {
    checked.add(route);
  }
}

/** The routes of one API, each checked as it comes in. */
export class CheckedRoutes {
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
        `route ${key} has the request parameter ${JSON.stringify(parameter)}, whose name another parameter has too, API Gateway allows each name once`,
      );
    }
    names.add(name);
  }
}

const RULE_KINDS: readonly RouteRule['rule']['kind'][] = ['scopes', 'authenticated', 'public', 'iam'];

function checkRule({ rule, apiKeyRequired = false }: RouteDefinition, key: string): void {
  if (!RULE_KINDS.includes(rule.kind)) {
    throw new RouteError(
      `route ${key} has the rule ${JSON.stringify(rule.kind)}, allowed are ${RULE_KINDS.join(', ')}`,
    );
  }
  if (apiKeyRequired && !needsCredential(rule)) {
    throw new RouteError(
      `route ${key} is ${rule.kind} and requires a usage key, which only the authorizer of a scopes or authenticated route names`,
    );
  }
  if (rule.kind === 'public' && rule.reason.trim() === '') {
    throw new RouteError(`route ${key} is public without a reason, a written reason is required`);
  }
  if (rule.kind === 'authenticated' && rule.reason.trim() === '') {
    throw new RouteError(
      `route ${key} takes every valid credential without a reason, a written reason why no scope is needed is required`,
    );
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
