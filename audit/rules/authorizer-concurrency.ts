import type { Rule } from './rule';
import { Functions } from './shared/functions';
import { finding, judge, numberOf, type Placed, resourcesOf } from './shared/resources';

/** Asked only by a policy with `reservedConcurrency`: reserving takes from what all other functions of the account share. */
export const authorizerConcurrency: Rule = {
  id: 'LAM-002',
  title: 'Authorizer without concurrency of its own',
  why: 'Another function that uses up the concurrency of the account stops every route of every API.',
  cause: 'reserved_concurrent_executions is not set.',
  fix: 'Set reserved_concurrent_executions of the function of the authorizer.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html'],
  check: (model, policy) => {
    if (!policy.reservedConcurrency) {
      return [];
    }
    const functions = new Functions(model);
    const made = new Map<string, Placed>();
    for (const placed of resourcesOf(model, 'aws_api_gateway_authorizer', 'aws_apigatewayv2_authorizer')) {
      const target = functions.target(placed, 'authorizer_uri');
      if (target.kind === 'known' && target.value.placed !== undefined) {
        made.set(target.value.name, target.value.placed);
      }
    }
    return [...made.values()].map((placed) =>
      finding(
        placed,
        'reserved_concurrent_executions',
        judge(
          'reserved_concurrent_executions',
          numberOf(placed.resource.attributes, 'reserved_concurrent_executions'),
          -1,
          (reserved) => reserved > 0,
          (reserved, passed) =>
            passed ? `${reserved} executions are its own` : 'it shares the concurrency of the account',
        ),
      ),
    );
  },
};
