import { judgeAccess } from '../model/access';
import type { Route } from '../model/types';
import { is } from '../three-valued';
import { aboutRoute, type Rule, routeName } from './rule';
import type { Judgement } from './shared/resources';

/** A public route is one that somebody looked at; a catch-all is many that nobody listed. */
export const publicCatchAllRoute: Rule = {
  id: 'AUTHZ-012',
  title: 'Public catch-all route',
  why: 'ANY and {proxy+} cover methods and paths that do not exist yet, and all of them are public the day that somebody adds them.',
  cause: 'A proxy to a web framework or a static site is declared public as a whole.',
  fix: 'Name the public methods and paths, and give the rest an authorizer.',
  severity: 'high',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/'],
  check: (model) =>
    model.routes.filter(isCatchAll).map((route) => {
      const [verdict, message] = judge(route);
      return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
    }),
};

function isCatchAll(route: Route): boolean {
  return is(route.method, 'ANY') || (route.path.kind === 'known' && route.path.value.includes('+}'));
}

function judge(route: Route): Judgement {
  const { rule } = judgeAccess(route);
  if (rule === 'unknown') {
    return ['unknown', 'who may call it is not known'];
  }
  return rule.startsWith('public (') && !is(route.integration, 'MOCK')
    ? ['fail', 'it is public, and covers what nobody listed']
    : ['pass', 'it is not declared public'];
}
