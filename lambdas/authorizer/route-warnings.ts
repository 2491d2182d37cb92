import type { RouteRule } from '../lib/access-rule';
import { findAmbiguities } from './route-analysis';
import { type PatternRoute, patternRoutes, preferredTo } from './route-compiler';
import { shapeOf } from './route-table';

/**
 * Requests that a table of routes serves otherwise than a reader of it expects:
 *
 * - a few requests that scopes grant and the policy denies, because no IAM resource can tell them from those of another
 *   route
 * - requests that look like those of a route with a parameter, and that API Gateway resolves to a path of other methods:
 *   the path alone selects the resource
 *
 * @returns a text for each; none is a danger, as both are refused
 * @throws {Error} when the route table is malformed
 */
export function routeWarnings(rules: readonly RouteRule[]): readonly string[] {
  const denied = findAmbiguities(rules)
    .filter(({ isTotal }) => !isTotal)
    .map(
      ({ granted, withheld, scopes, example }) =>
        `requests such as ${example} are denied to a token with ${scopes.join(' ')}, although ${granted} grants them: a policy cannot tell them from ${withheld}`,
    );
  return [...denied, ...shadowed(patternRoutes(rules))];
}

function shadowed(routes: readonly PatternRoute[]): string[] {
  const known = new Set(routes.map(({ key }) => shapeOf(key)));
  const paths = new Map(routes.map((route) => [shapeOf(pathOf(route)), route]));
  return routes
    .filter(({ template }) => template.some((step) => typeof step === 'string'))
    .flatMap((route) => {
      const [method = '', path] = route.key.split(' ');
      return [...paths].flatMap(([shape, other]) => {
        // What the other path would take away, had it the method: the gateway does not ask.
        const taking = { ...other, template: [{ literal: method }, ...other.template.slice(1)] };
        return !known.has(`${method} ${shape}`) && preferredTo(route, [taking]).length > 0
          ? [
              `${method} ${pathOf(other)} is not answered by ${method} ${path}, because ${pathOf(other)} has other methods only`,
            ]
          : [];
      });
    });
}

function pathOf({ key }: PatternRoute): string {
  return key.slice(key.indexOf(' ') + 1);
}
