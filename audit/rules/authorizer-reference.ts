import type { Route } from '../model/types';
import { is, type Verdict } from '../three-valued';
import { aboutRoute, type Rule, routeName } from './rule';

/** A method that asks for an authorizer refers to one of its own API. */
export const authorizerReference: Rule = {
  id: 'AUTHZ-004',
  title: 'Authorizer missing, destroyed, or of another API',
  why: 'An authorizer belongs to one API. A method that refers to none, or to that of another API, cannot be deployed or is not guarded as written.',
  cause: 'A copied method kept the id of the authorizer of the API that it was copied from.',
  fix: 'Let authorizer_id refer to an aws_api_gateway_authorizer whose rest_api_id is that of the method.',
  severity: 'critical',
  references: ['https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html'],
  check: (model) =>
    model.routes.filter(asksForAuthorizer).map((route) => {
      const [verdict, message] = judge(route);
      return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
    }),
};

function asksForAuthorizer(route: Route): boolean {
  return is(route.authorization, 'CUSTOM') || is(route.authorization, 'COGNITO_USER_POOLS');
}

function judge({ api, authorizer: link }: Route): [Verdict, string] {
  switch (link.kind) {
    case 'none':
      return ['fail', 'its authorization needs an authorizer, and authorizer_id is not set'];
    case 'dangling':
      return ['fail', link.reason];
    case 'unknown':
      return ['unknown', link.cause];
    case 'authorizer':
      if (link.authorizer.api === undefined || api.kind === 'unknown') {
        return ['unknown', 'the API of the method or of its authorizer is not known'];
      }
      return link.authorizer.api === api
        ? ['pass', 'its authorizer belongs to its API']
        : ['fail', `its authorizer ${link.authorizer.address} belongs to another API, ${link.authorizer.api.address}`];
  }
}
