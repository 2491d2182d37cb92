import { judgeAccess } from '../model/access';
import type { Route } from '../model/types';
import { isKeyOnly } from './api-key-as-authorization';
import { aboutRoute, type Rule, routeName } from './rule';

/** Every route has an access rule, and its method enforces that one. */
export const routeWithoutAccessRule: Rule = {
  id: 'AUTHZ-001',
  title: 'Route without an access rule',
  why: 'A method whose authorization is NONE answers anybody on the internet. Where that is meant, somebody must have written why.',
  cause: 'A method was added by hand, or a default of NONE was left in place.',
  fix: 'Give the route scopes or iam and a method that enforces them, or declare it authenticated or public with a written reason.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html',
    'https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/',
  ],
  check: (model) =>
    model.routes
      // A function URL is AUTHZ-014's. A route that asks for an API key, and for nothing else, is AUTHZ-003's where nobody lists
      // access rules; where somebody does, it lacks one as well.
      .filter((route) => route.api.protocol !== 'FUNCTION' && (!isKeyOnly(route) || lacksRule(route)))
      .map((route) => {
        const { verdict, message } = judgeAccess(route);
        return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
      }),
};

function lacksRule({ declared }: Route): boolean {
  return declared.kind === 'none' && declared.listed;
}
