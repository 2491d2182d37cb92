import { is, show } from '../three-valued';
import { aboutAuthorizer, type Rule } from './rule';
import { judge } from './shared/resources';

/** A revoked token stops working within the time for which answers are kept. */
export const authorizerResultTime: Rule = {
  id: 'AUTHZ-007',
  title: 'Authorizer answers are kept too long',
  why: 'For that long a revoked token, a changed scope or a closed account is still let in.',
  cause: 'authorizer_result_ttl_in_seconds is raised to save invocations.',
  fix: 'Lower authorizer_result_ttl_in_seconds to the limit of the policy (resultCacheSeconds).',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html'],
  check: (model, policy) =>
    // API Gateway checks a JWT with each request: nothing is kept.
    model.authorizers
      .filter(({ kind }) => !is(kind, 'JWT'))
      .map((authorizer) => {
        const [verdict, message] = judge(
          'the time to live',
          authorizer.ttlSeconds,
          0,
          (seconds) => seconds <= policy.resultCacheSeconds,
          (_, passed) =>
            `answers are kept for ${show(authorizer.ttlSeconds)} s, ${passed ? 'within' : 'above'} the ${policy.resultCacheSeconds} s of the policy`,
        );
        return { ...aboutAuthorizer(authorizer), attribute: 'authorizer_result_ttl_in_seconds', verdict, message };
      }),
};
