import type { RouteRule } from '../../lib/access-rule';
import { satisfies } from '../../lib/scopes';
import type { GatewayRequest } from '../event/request';
import type { AuthorizerPorts, ShadowVerdict } from '../ports';
import type { Reason } from '../reasons';
import { shapeOf } from './route-table';

/**
 * Asks the rule set of an API about a verified caller. It never throws.
 *
 * @param rules `undefined` where the API has none
 * @param reason the reason of the decision that is enforced
 * @returns `undefined` where the decision is the same
 */
export type Shadow = (
  rules: readonly RouteRule[] | undefined,
  scopes: readonly string[],
  request: Pick<GatewayRequest, 'method' | 'path'> | undefined,
  reason: Reason,
) => ShadowVerdict | undefined;

/** Makes the evaluation of rule sets beside the enforced ones. What goes wrong in it is a warning and nothing more. */
export function createShadow(warn: AuthorizerPorts['warn']): Shadow {
  const known = new Map<readonly RouteRule[], ReadonlyMap<string, RouteRule>>();
  return (rules, scopes, request, reason) => {
    // Where environment or address decide, the rule sets do not differ.
    if (!rules || !request || (reason !== 'ok' && reason !== 'scope_denied')) {
      return undefined;
    }
    try {
      const byRoute = known.get(rules) ?? indexed(rules);
      known.set(rules, byRoute);
      const verdict = judge(byRoute.get(`${request.method} ${shapeOf(request.path)}`), scopes);
      return (verdict.decision === 'allow') === (reason === 'ok') ? undefined : verdict;
    } catch (error) {
      warn('shadow_failed', error);
      return undefined;
    }
  };
}

function indexed(rules: readonly RouteRule[]): ReadonlyMap<string, RouteRule> {
  return new Map(rules.map((route) => [`${route.method} ${shapeOf(route.path)}`, route]));
}

function judge(route: RouteRule | undefined, scopes: readonly string[]): ShadowVerdict {
  switch (route?.rule.kind) {
    case 'scopes':
      return satisfies(scopes, route.rule.anyOf)
        ? { decision: 'allow', reason: 'ok' }
        : { decision: 'deny', reason: 'scope_denied' };
    case 'authenticated':
      return { decision: 'allow', reason: 'ok' };
    case 'public':
      return { decision: 'allow', reason: 'public' };
    case 'iam':
      return { decision: 'deny', reason: 'iam' };
    default:
      return { decision: 'deny', reason: 'no_route' };
  }
}
