import type { Route } from '../model/types';
import { is } from '../three-valued';
import { aboutRoute, type Rule, routeName } from './rule';

/** An API key meters callers; it does not authenticate them. */
export const apiKeyAsAuthorization: Rule = {
  id: 'AUTHZ-003',
  title: 'API key as the only authorization',
  why: 'An API key is made for metering: it does not expire, is written to many logs, and is the same for every caller of a plan.',
  cause: 'api_key_required is taken for authorization, as several scanners do.',
  fix: 'Give the method an authorizer or AWS_IAM beside the key, or declare the route public with a written reason.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html'],
  check: (model) =>
    model.routes
      .filter((route) => route.apiKeyRequired.kind === 'unknown' || is(route.apiKeyRequired, true))
      .map((route) => {
        const [verdict, message] = isKeyOnly(route)
          ? (['fail', 'an API key is all that it asks for'] as const)
          : route.authorization.kind === 'unknown' || (isOpen(route) && route.apiKeyRequired.kind === 'unknown')
            ? (['unknown', 'its authorization, or whether it needs a key, is not known'] as const)
            : (['pass', 'the key is not what authorizes'] as const);
        return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
      }),
};

/** True for a method without authorization that asks for a key, and is not declared public. */
export function isKeyOnly(route: Route): boolean {
  return isOpen(route) && is(route.apiKeyRequired, true);
}

function isOpen(route: Route): boolean {
  return is(route.authorization, 'NONE') && route.declared.kind === 'none';
}
