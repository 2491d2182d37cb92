import type { RouteRule } from '../lib/access-rule';
import { type CompiledRoute, type Route, resourceOf, shapeOf } from './route-table';
import { commonResources, findPath, type Pattern, reachOf, type Step } from './segments';

/** A route with what is known of it at synth. Method and path are one pattern, the method its first segment. */
export interface PatternRoute extends Route {
  /** Requests that the gateway may resolve to the route. */
  readonly template: Pattern;
  /** What the resource matches; its `*` crosses slashes. */
  readonly reach: Pattern;
}

/** Grammar of API Gateway; the length keeps ARNs below the 512 characters of a policy resource. */
const KEY = /^(?=.{1,400}$)(?!ANY )[A-Z]+ (?=\/)(\/$|(\/([\w.:-]+|\{[\w.:-]+\}))*(\/\{[\w.:-]+\+\})?$)/;

/** Positions in a pattern are bits of a 32-bit number. */
const MAX_STEPS = 30;

/**
 * Compiles a route table for the packaged configuration: how paths overlap is worked out at synth, so that neither the
 * code for it nor its time is part of a cold start.
 *
 * @throws {Error} when a route is outside the grammar of API Gateway, stands twice, or requires no scope
 */
export function compileRoutes(rules: readonly RouteRule[]): readonly CompiledRoute[] {
  const routes = patternRoutes(rules);
  return routes.map((route) => {
    const overlaps = routes.flatMap((other, index) =>
      route.anyOf.length > 0 && other.anyOf.length > 0 && other !== route && reaches(other.reach, route, routes)
        ? [[index, overlapOf(other, route, routes)] as const]
        : [],
    );
    const { key, anyOf } = route;
    return overlaps.length === 0 ? { key, anyOf } : { key, anyOf, overlaps };
  });
}

/**
 * Reads route rules.
 *
 * @throws {Error} as {@link compileRoutes} does
 */
export function patternRoutes(rules: readonly RouteRule[]): readonly PatternRoute[] {
  const byShape = new Map<string, PatternRoute>();
  for (const { method, path, rule } of rules) {
    const key = `${method} ${path}`;
    const steps = [method, ...path.slice(1).split('/')];
    const anyOf = rule.kind === 'scopes' ? rule.anyOf : [];
    const isRuled = rule.kind !== 'scopes' || (anyOf.length > 0 && anyOf.every((scopes) => scopes.length > 0));
    if (!KEY.test(key) || steps.length > MAX_STEPS || byShape.has(shapeOf(key)) || !isRuled) {
      throw new Error(`route ${key} is malformed, there twice, or requires no scope`);
    }
    const resource = resourceOf(key);
    byShape.set(shapeOf(key), {
      key,
      anyOf,
      template: steps.map((step) => (isParameter(step) ? (step.endsWith('+}') ? 'many' : 'one') : { literal: step })),
      resource,
      reach: reachOf(resource),
    });
  }
  return [...byShape.values()];
}

/** IAM resources for the requests of `route` that the resource of `other` matches too. */
function overlapOf(other: PatternRoute, route: PatternRoute, routes: readonly PatternRoute[]): readonly string[] {
  // What the resource matches beyond its own route: requests in which one of its stars spans two segments and more.
  const beyond = other.reach.flatMap((step, index) => (step === 'many' ? [other.reach.toSpliced(index, 0, step)] : []));
  const own = [other.reach, route.template];
  const isBeyond = !findPath(own, [...preferredTo(route, routes), ...beyond]);
  return [...new Set((isBeyond ? beyond : [other.reach]).flatMap((one) => [...commonResources(route.template, one)]))];
}

/** Whether a request that the gateway resolves to `route` can match a pattern. */
export function reaches(pattern: Pattern, route: PatternRoute, routes: readonly PatternRoute[]): boolean {
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
export function preferredTo(route: PatternRoute, routes: readonly PatternRoute[]): readonly Pattern[] {
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
