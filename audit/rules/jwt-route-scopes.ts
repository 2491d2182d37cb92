import type { AuditModel } from '../model/types';
import { is } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import { finding, judge, resourcesOf, textsOf } from './shared/resources';

/** API Gateway takes any token of the issuer where a method names no scopes. */
export const jwtRouteScopes: Rule = {
  id: 'AUTHZ-009',
  title: 'User pool or JWT route without scopes',
  why: 'Without authorization_scopes API Gateway takes an ID token, and every token of every client of the issuer is enough.',
  cause: 'The authorizer is set, and the scopes are left to the backend.',
  fix: 'List in authorization_scopes the scopes of which an access token needs one.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html',
  ],
  check: (model) => [
    ...scopedBy(model, 'aws_api_gateway_method', 'authorization', 'COGNITO_USER_POOLS'),
    ...scopedBy(model, 'aws_apigatewayv2_route', 'authorization_type', 'JWT'),
  ],
};

function scopedBy(model: AuditModel, type: string, attribute: string, kind: string): RuleFinding[] {
  return resourcesOf(model, type)
    .filter(({ resource }) => is(resource.attributes.string(attribute), kind))
    .map((placed) =>
      finding(
        placed,
        'authorization_scopes',
        judge(
          'authorization_scopes',
          textsOf(placed.resource.attributes, 'authorization_scopes'),
          [],
          (scopes) => scopes.length > 0,
          (_, passed) =>
            passed ? 'an access token needs a scope' : 'every token of the issuer is enough: it has no scopes',
        ),
      ),
    );
}
