import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** A plan covers a stage. */
export const usagePlanWithoutStage: Rule = {
  id: 'RATE-005',
  title: 'Usage plan without a stage',
  why: 'A plan limits only the stages that it lists: the keys of this one open nothing, and their owners are metered nowhere.',
  cause: 'api_stages was left out, or its stage was removed.',
  fix: 'List the stages in api_stages.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html'],
  check: (model) =>
    resourcesOf(model, 'aws_api_gateway_usage_plan').map((placed) => finding(placed, 'api_stages', judge(placed))),
};

function judge({ resource }: Placed): Judgement {
  const blocks = blocksOf(resource.attributes, 'api_stages');
  if (blocks.kind !== 'known') {
    return ['unknown', `its stages are ${blocks.kind === 'unknown' ? blocks.cause : 'not known'}`];
  }
  return blocks.value.length === 0 ? ['fail', 'the plan covers no stage'] : ['pass', 'the plan covers a stage'];
}
