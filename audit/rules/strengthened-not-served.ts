import { comparedRoutes, isDeployed, isLeftBehind } from '../change/compared-routes';
import { isServed, stagesLeftBehind } from '../change/deployment';
import type { AuditModel, Route } from '../model/types';
import { show } from '../three-valued';
import { aboutRoute, type Rule, type RuleFinding, routeName } from './rule';

/** What is strengthened in the plan is strengthened for callers. */
export const strengthenedNotServed: Rule = {
  id: 'CHANGE-008',
  title: 'Strengthened, and not deployed',
  why: 'A stage serves the deployment that it has: the plan shows a route that is safe, or gone, and callers reach the one from before.',
  cause: 'The triggers of the deployment do not name what changed.',
  fix: 'Have the triggers of the deployment hold all of the API (its methods, integrations and authorizers), with create_before_destroy.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html'],
  check: (model) => [...strengthened(model), ...removed(model)],
};

function strengthened(model: AuditModel): RuleFinding[] {
  return comparedRoutes(model).routes.flatMap(({ route, change, changes }): RuleFinding[] => {
    const stronger = changes.filter(isDeployed).map(({ text }) => text);
    if (change === null || change === 'added' || stronger.length === 0) {
      return [];
    }
    const what = `${routeName(route)}: ${stronger.join(', ')}`;
    if (isLeftBehind(route, changes)) {
      return [answer(route, 'fail', `${what}; ${stages(route)} goes on serving what it has: its deployment stays`)];
    }
    const isOpen = route.api.stages.length === 0 || route.api.stages.some((stage) => isServed(stage) === 'unknown');
    return isOpen
      ? [answer(route, 'unknown', `${what}; whether it is deployed is not known: the plan holds no deployment of it`)]
      : [answer(route, 'pass', `${what}; it is served`)];
  });
}

/** A route that is removed and still deployed is there. */
function removed(model: AuditModel): RuleFinding[] {
  const kept = new Map(model.apis.map((api) => [`${api.stack.name} ${api.address}`, api]));
  return comparedRoutes(model).removed.flatMap((route): RuleFinding[] => {
    const api = kept.get(`${route.api.stack.name} ${route.api.address}`);
    if (api === undefined || stagesLeftBehind(api).length === 0) {
      return [];
    }
    const place = { stack: route.api.stack.name, address: route.address };
    const message = `${routeName(route)} is removed; ${stages({ ...route, api })} goes on serving it: its deployment stays`;
    return [{ ...place, verdict: 'fail', message, evidence: 'not deployed' }];
  });
}

function stages({ api }: Route): string {
  return `stage ${stagesLeftBehind(api)
    .map(({ name }) => show(name))
    .join(', ')}`;
}

function answer(route: Route, verdict: RuleFinding['verdict'], message: string): RuleFinding {
  return { ...aboutRoute(route), verdict, message, evidence: 'not deployed' };
}
