import type { RouteRule } from '../lib/access-rule';
import { satisfies } from '../lib/scopes';
import { compileRoutes, type PatternRoute, patternRoutes, preferredTo, reaches } from './route-compiler';
import { findPath, reachOf } from './segments';

/** Two routes that IAM resources cannot tell apart, for some token and some or all requests. */
export interface Ambiguity {
  /** Route that the token may call, and whose requests are denied nevertheless. */
  readonly granted: string;
  /** Route that the token may not call, and for which they are denied. */
  readonly withheld: string;
  /** IAM resource of that denial, below the ARN of the stage. */
  readonly denied: string;
  /** Scopes of such a token. */
  readonly scopes: readonly string[];
  /** Such a request; `(any)` stands for a segment that no route spells out. */
  readonly example: string;
  /** Whether every request of the granted route is denied, and not a few of them only. */
  readonly isTotal: boolean;
}

/**
 * Finds where the policy denies a request that the route table allows. A policy never allows what the table
 * withholds: requests for an exposed route are denied by a resource, and that may match a granted route too. With
 * `/a/{x}` and `/a/{x}/b/{y}` granted and `/a/{x}/b` withheld, that is the one request `/a/1/b/b`.
 *
 * @throws {Error} when the route table is malformed
 */
export function findAmbiguities(rules: readonly RouteRule[], compiled = compileRoutes(rules)): readonly Ambiguity[] {
  const routes = patternRoutes(rules);
  const guarded = routes.filter((route) => route.anyOf.length > 0);
  const found = new Map<string, Ambiguity>();
  for (const [position, { overlaps = [] }] of compiled.entries()) {
    const withheld = routes[position] as PatternRoute;
    for (const [index, resources] of overlaps) {
      const exposing = routes[index] as PatternRoute;
      for (const denied of resources) {
        const denial = reachOf(denied);
        for (const granted of guarded) {
          const key = [granted.key, withheld.key, denied].join();
          if (granted !== withheld && !found.has(key) && reaches(denial, granted, routes)) {
            const scopes = fewestScopes(exposing, granted, withheld);
            if (scopes) {
              found.set(key, ambiguity(granted, withheld, denied, scopes, routes));
            }
          }
        }
      }
    }
  }
  return [...found.values()];
}

/**
 * Refuses a route table in which some token could call none of the requests of a route that its scopes grant.
 *
 * @throws {Error} for the first such route, or when the route table is malformed
 */
export function assertExpressible(api: string, rules: readonly RouteRule[], compiled = compileRoutes(rules)): void {
  const found = findAmbiguities(rules, compiled).find((one) => one.isTotal);
  if (found) {
    throw new Error(
      `API ${api} has the routes ${found.granted} and ${found.withheld}, which a policy cannot tell apart for a token with ${found.scopes.join(' ')}, allowed are paths that differ in a literal segment, or the same scopes for both`,
    );
  }
}

/** Scopes that just grant both routes and withhold another; `undefined` if there are none. */
function fewestScopes(one: PatternRoute, two: PatternRoute, withheld: PatternRoute): readonly string[] | undefined {
  return one.anyOf
    .flatMap((left) => two.anyOf.map((right) => [...new Set([...left, ...right])]))
    .find((scopes) => !satisfies(scopes, withheld.anyOf));
}

function ambiguity(
  granted: PatternRoute,
  withheld: PatternRoute,
  denied: string,
  scopes: readonly string[],
  routes: readonly PatternRoute[],
): Ambiguity {
  const preferred = preferredTo(granted, routes);
  const denial = reachOf(denied);
  const [method, ...path] = findPath([denial, granted.template], preferred) ?? [];
  return {
    granted: granted.key,
    withheld: withheld.key,
    denied,
    scopes,
    example: `${method} /${path.join('/')}`,
    isTotal: !findPath([granted.template], [...preferred, denial]),
  };
}
