import { judgeAccess } from '../model/access';
import type { Route } from '../model/types';
import { show } from '../three-valued';
import { aboutRoute, type Rule } from './rule';

/** Every route has an access rule, and its method enforces that one. */
export const authz001: Rule = {
  id: 'AUTHZ-001',
  title: 'Route without an access rule',
  why: 'A method whose authorization is NONE answers anybody on the internet. Where that is meant, somebody must have written why.',
  fix: 'Give the route scopes or iam and a method that enforces them, or declare it public with a written reason.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html',
    'https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/',
  ],
  check: (model) =>
    model.routes.map((route) => {
      const { verdict, message } = judgeAccess(route);
      return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
    }),
};

/** `GET /v1/status` for messages. */
export function routeName(route: Route): string {
  return `${show(route.method)} ${show(route.path)}`;
}
