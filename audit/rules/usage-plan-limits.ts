import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const LIMITS = [
  { block: 'throttle_settings', what: 'throttle', attributes: ['rate_limit', 'burst_limit'] },
  { block: 'quota_settings', what: 'quota', attributes: ['limit'] },
] as const;

/** A tier limits what its callers use. */
export const usagePlanLimits: Rule = {
  id: 'RATE-002',
  title: 'Usage plan without a throttle or a quota',
  why: 'One application of the plan can use up the rate of the stage, or run up a bill for a whole month.',
  cause: 'A plan is made only to hand out keys.',
  fix: 'Set throttle_settings and quota_settings of the plan.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html'],
  check: (model) =>
    resourcesOf(model, 'aws_api_gateway_usage_plan').flatMap((placed) =>
      LIMITS.map((limit) => ({ ...finding(placed, limit.block, judge(placed, limit)), evidence: limit.what })),
    ),
};

function judge({ resource }: Placed, { block, what, attributes }: (typeof LIMITS)[number]): Judgement {
  const blocks = blocksOf(resource.attributes, block);
  if (blocks.kind !== 'known') {
    return ['unknown', `its ${what} is ${blocks.kind === 'unknown' ? blocks.cause : 'not known'}`];
  }
  const limits = blocks.value[0];
  if (limits === undefined) {
    return ['fail', `the plan has no ${what}`];
  }
  const values = attributes.map((name) => limits.number(name));
  if (values.some(({ kind }) => kind === 'unknown')) {
    return ['unknown', `its ${what} is not known`];
  }
  // The provider writes 0 where a rate or a burst is left out, which API Gateway takes for no limit.
  return values.every((value) => value.kind === 'known' && value.value > 0)
    ? ['pass', `the plan has a ${what}`]
    : ['fail', `the ${what} of the plan leaves out a limit`];
}
