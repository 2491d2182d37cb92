import { judgeAccess } from '../model/access';
import { isKeyOnly } from './authz-003';
import { aboutRoute, type Rule, routeName } from './rule';

/** Every route has an access rule, and its method enforces that one. */
export const authz001: Rule = {
  id: 'AUTHZ-001',
  title: 'Route without an access rule',
  why: 'A method whose authorization is NONE answers anybody on the internet. Where that is meant, somebody must have written why.',
  cause: 'A method was added by hand, or a default of NONE was left in place.',
  fix: 'Give the route scopes or iam and a method that enforces them, or declare it public with a written reason.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html',
    'https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/',
  ],
  check: (model) =>
    model.routes
      // One that asks for an API key, and for nothing else, is AUTHZ-003's; function URLs are AUTHZ-014's.
      .filter((route) => !isKeyOnly(route) && route.api.protocol !== 'FUNCTION')
      .map((route) => {
        const { verdict, message } = judgeAccess(route);
        return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
      }),
};
