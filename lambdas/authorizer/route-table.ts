import type { RouteRule } from '../lib/access-rule';
import { satisfies } from '../lib/scopes';
import { commonResources, findPath, type Pattern, reachOf, type Step } from './segments';

/** A route of the table. Method and path are one pattern, the method its first segment. */
export interface Route {
  /** Method and path as written: `GET /v1/sales/{region}`. */
  readonly key: string;
  /** Alternatives of all-of scope lists; empty for public and IAM routes, which are not the authorizer's to protect. */
  readonly anyOf: readonly (readonly string[])[];
  /** Requests that the gateway may resolve to the route. */
  readonly template: Pattern;
  /** The route as an IAM resource, each parameter a `*`: `GET/v1/sales/*`. */
  readonly resource: string;
  /** What {@link resource} matches; its `*` crosses slashes. */
  readonly reach: Pattern;
}

/** A compiled route table. */
export interface RouteTable {
  readonly routes: readonly Route[];
  /** The route of a method and a path template; the names of parameters play no part. */
  find(key: string): Route | undefined;
  /** Routes that a token with these scopes may call. */
  granted(scopes: readonly string[]): readonly Route[];
  /**
   * Other routes whose resource also matches requests that the gateway resolves to `route`, each with IAM resources for
   * those requests. They are to be denied to a token that may call the other route and not this one.
   */
  overlaps(route: Route): ReadonlyMap<Route, readonly string[]>;
}

/** Grammar of API Gateway; the length keeps ARNs below the 512 characters of a policy resource. */
const KEY = /^(?=.{1,400}$)(?!ANY )[A-Z]+ (?=\/)(\/$|(\/([\w.:-]+|\{[\w.:-]+\}))*(\/\{[\w.:-]+\+\})?$)/;

/** Positions in a pattern are bits of a 32-bit number. */
const MAX_STEPS = 30;

/**
 * Compiles a route table.
 *
 * @throws {Error} when a route is outside the grammar of API Gateway, stands twice, or requires no scope
 */
export function compileRoutes(rules: readonly RouteRule[]): RouteTable {
  const byShape = new Map<string, Route>();
  for (const { method, path, rule } of rules) {
    const key = `${method} ${path}`;
    const steps = [method, ...path.slice(1).split('/')];
    const anyOf = rule.kind === 'scopes' ? rule.anyOf : [];
    const isRuled = rule.kind !== 'scopes' || (anyOf.length > 0 && anyOf.every((scopes) => scopes.length > 0));
    if (!KEY.test(key) || steps.length > MAX_STEPS || byShape.has(shapeOf(key)) || !isRuled) {
      throw new Error(`route ${key} is malformed, there twice, or requires no scope`);
    }
    const resource = steps.map((step) => (isParameter(step) ? '*' : step)).join('/');
    byShape.set(shapeOf(key), {
      key,
      anyOf,
      template: steps.map((step) => (isParameter(step) ? (step.endsWith('+}') ? 'many' : 'one') : { literal: step })),
      resource,
      reach: reachOf(resource),
    });
  }
  const routes = [...byShape.values()];
  const byKey = new Map(routes.map((route) => [route.key, route]));
  const overlaps = new Map<Route, ReadonlyMap<Route, readonly string[]>>();
  return {
    routes,
    find: (key) => byKey.get(key) ?? byShape.get(shapeOf(key)),
    granted: (scopes) => routes.filter((route) => satisfies(scopes, route.anyOf)),
    overlaps: (route) => {
      let found = overlaps.get(route);
      if (!found) {
        const others = routes.filter((one) => one !== route && reaches(one.reach, route, routes));
        found = new Map(others.map((one) => [one, overlapOf(one, route, routes)]));
        overlaps.set(route, found);
      }
      return found;
    },
  };
}

function overlapOf(other: Route, route: Route, routes: readonly Route[]): readonly string[] {
  // What the resource matches beyond its own route: requests in which one of its stars spans two segments and more.
  const beyond = other.reach.flatMap((step, index) => (step === 'many' ? [other.reach.toSpliced(index, 0, step)] : []));
  const own = [other.reach, route.template];
  const isBeyond = !findPath(own, [...preferredTo(route, routes), ...beyond]);
  return [...new Set((isBeyond ? beyond : [other.reach]).flatMap((one) => [...commonResources(route.template, one)]))];
}

/** Whether a request that the gateway resolves to `route` can match a pattern. */
export function reaches(pattern: Pattern, route: Route, routes: readonly Route[]): boolean {
  // A look at the leading literals spares nearly all searches.
  for (let index = 0; index < pattern.length; index++) {
    const step = pattern[index];
    const own = route.template[index];
    if (typeof step !== 'object' || typeof own === 'string') {
      break;
    }
    if (step.literal !== own?.literal) {
      return false;
    }
  }
  return (
    findPath([pattern, route.template]) !== undefined &&
    findPath([pattern, route.template], preferredTo(route, routes)) !== undefined
  );
}

/**
 * Templates that the gateway prefers to that of `route` for requests that match both: at the first difference a literal
 * goes before a parameter, and a parameter before a greedy one.
 */
export function preferredTo(route: Route, routes: readonly Route[]): readonly Pattern[] {
  return routes
    .map((other) => other.template)
    .filter((template) => {
      const at = template.findIndex((step, index) => !isSame(step, route.template[index]));
      return at >= 0 && rank(template[at]) < rank(route.template[at]) && !!findPath([template, route.template]);
    });
}

function isSame(a: Step | undefined, b: Step | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.literal === b.literal : a === b;
}

/** Literals before parameters before greedy parameters before the end. */
function rank(step: Step | undefined): number {
  return step === 'one' ? 1 : step === 'many' ? 2 : step ? 0 : 3;
}

function isParameter(step: string): boolean {
  return step.startsWith('{');
}

/** A route key with the names of its parameters left out. */
function shapeOf(key: string): string {
  return key.replace(/\{[^}+]*/g, '{');
}
