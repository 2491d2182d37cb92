import { is, orDefault } from '../three-valued';
import type { Rule } from './rule';
import { finding, judge, resourcesOf, textOf } from './shared/resources';

/** A TOKEN authorizer can have API Gateway turn garbage away before it is invoked. */
export const tokenValidationExpression: Rule = {
  id: 'AUTHZ-011',
  title: 'Token authorizer without a validation expression',
  why: 'Every string invokes the function, so garbage costs money and concurrency; API Gateway would refuse it at once.',
  cause: 'identity_validation_expression is optional.',
  fix: 'Set identity_validation_expression to the form of the token, for example ^Bearer [-0-9a-zA-Z._~+/]+=*$.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html'],
  check: (model) =>
    resourcesOf(model, 'aws_api_gateway_authorizer')
      .filter(({ resource }) => is(orDefault(resource.attributes.string('type'), 'TOKEN'), 'TOKEN'))
      .map((placed) =>
        finding(
          placed,
          'identity_validation_expression',
          judge(
            'identity_validation_expression',
            textOf(placed.resource.attributes, 'identity_validation_expression'),
            '',
            (expression) => expression !== '' && expression !== '.*',
            (_, passed) => (passed ? 'garbage is refused before the function' : 'every string invokes the function'),
          ),
        ),
      ),
};
