import type { AccessRule } from '../../lambdas/lib/access-rule';
import { escapeTerraform } from '../support/terraform-text';
import { PREFLIGHT_REASON } from './cors';
import { type RouteDefinition, routeKey } from './route';

/**
 * The access rules by route key, as a plan declares them: with the preflights, which the gateway adds itself.
 *
 * @param preflightPaths paths that answer a preflight
 */
export function accessRuleTable(
  routes: readonly RouteDefinition[],
  preflightPaths: readonly string[],
): Record<string, AccessRule> {
  const table: [string, AccessRule][] = [
    ...routes.map((route): [string, AccessRule] => [routeKey(route), declared(route.rule)]),
    ...preflightPaths.map((path): [string, AccessRule] => [
      routeKey({ method: 'OPTIONS', path }),
      { kind: 'public', reason: PREFLIGHT_REASON },
    ]),
  ];
  return Object.fromEntries(table.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function declared(rule: AccessRule): AccessRule {
  return 'reason' in rule ? { kind: rule.kind, reason: escapeTerraform(rule.reason) } : rule;
}
