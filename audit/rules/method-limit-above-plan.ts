import { show } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import { type Judgement, resourcesOf } from './shared/resources';

/** The limit of a method lies within that of its plan. */
export const methodLimitAbovePlan: Rule = {
  id: 'RATE-003',
  title: 'Method limit above the limit of its plan',
  why: 'API Gateway holds a caller to the lower of the two, so the limit of the method never holds, and whoever reads it is misled.',
  cause: 'The plan was lowered, and the limits of its methods were left as they were.',
  fix: 'Lower the limit of the method, or raise that of the plan.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html'],
  check: (model) =>
    resourcesOf(model, 'aws_api_gateway_usage_plan').flatMap((placed): RuleFinding[] => {
      const plan = model.usagePlans.find(
        ({ stack, address }) => stack === placed.stack && address === placed.resource.address,
      );
      return (plan?.stages ?? []).flatMap(({ methods }) =>
        methods.map(({ path, throttle }): RuleFinding => {
          const [verdict, message]: Judgement =
            throttle.rate.kind === 'unknown' || plan?.throttle.rate.kind === 'unknown'
              ? ['unknown', 'a rate is not known']
              : throttle.rate.kind === 'known' &&
                  plan?.throttle.rate.kind === 'known' &&
                  throttle.rate.value > plan.throttle.rate.value
                ? ['fail', `its rate ${throttle.rate.value} is above the ${plan.throttle.rate.value} of the plan`]
                : ['pass', 'its rate is within that of the plan'];
          return {
            stack: placed.stack.name,
            address: placed.resource.address,
            constructPath: placed.resource.config?.constructPath,
            attribute: `api_stages throttle ${show(path)}`,
            verdict,
            message: `${show(path)}: ${message}`,
          };
        }),
      );
    }),
};
