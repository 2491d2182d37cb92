import type { RouteRule } from '../../lib/access-rule';
import type { Grants } from '../policy';
import { type PatternRoute, patternRoutes, reaches } from '../route-compiler';
import type { CompiledRoute } from '../route-table';
import { commonResources, findPath, reachOf } from '../segments';

/**
 * The same decision for every route of the table as that of the exact resources, in fewer: one that ends with `*` stands for
 * all below a path, and the few routes there that are not granted are denied. Used only when the list does not fit,
 * because a prefix also allows what the gateway may have and the table lacks.
 *
 * @param compiled the whole table
 * @param grantedKeys keys of the routes that are granted
 */
export function collapsedGrantsOf(compiled: readonly CompiledRoute[], grantedKeys: ReadonlySet<string>): Grants {
  const routes = patternRoutes(compiled.map(ruleOf));
  const granted = routes.filter((route) => grantedKeys.has(route.key));
  const withheld = routes.filter((route) => route.anyOf.length > 0 && !grantedKeys.has(route.key));
  const prefixes = new Map<string, readonly string[]>();
  const exact = granted.filter((route) => {
    if (!findPath([route.template], [...prefixes.keys()].map(reachOf))) {
      return false;
    }
    const steps = route.resource.split('/');
    for (let length = 1; length < steps.length; length++) {
      const prefix = [...steps.slice(0, length), '*'].join('/');
      const denied = denialsBelow(prefix, granted, withheld, routes);
      if (denied) {
        prefixes.set(prefix, denied);
        return false;
      }
    }
    return true;
  });
  const denied = compiled.flatMap((route) =>
    grantedKeys.has(route.key)
      ? []
      : (route.overlaps ?? []).flatMap(([index, resources]) => {
          const other = routes[index];
          return other && exact.includes(other) ? resources : [];
        }),
  );
  return {
    allowed: [...prefixes.keys(), ...exact.map((route) => route.resource)],
    denied: [...new Set([...[...prefixes.values()].flat(), ...denied])],
  };
}

function ruleOf({ key, anyOf }: CompiledRoute): RouteRule {
  const [method = '', path = ''] = key.split(' ');
  return { method, path, rule: anyOf.length > 0 ? { kind: 'scopes', anyOf } : { kind: 'iam' } };
}

/** Denials that go with a prefix; `undefined` when they outnumber the routes that it grants, or touch a granted one. */
function denialsBelow(
  prefix: string,
  granted: readonly PatternRoute[],
  withheld: readonly PatternRoute[],
  routes: readonly PatternRoute[],
): readonly string[] | undefined {
  const reach = reachOf(prefix);
  const denied = withheld
    .filter((route) => reaches(reach, route, routes))
    .flatMap((route) => [...commonResources(route.template, reach)]);
  const gain = granted.filter((route) => !findPath([route.template], [reach])).length - denied.length;
  const isSafe = !denied.some((one) => granted.some((route) => reaches(reachOf(one), route, routes)));
  return denied.length === 0 || (gain > 0 && isSafe) ? denied : undefined;
}
