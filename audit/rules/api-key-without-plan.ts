import { join } from '../model/joins';
import type { Stack } from '../reader/stack';
import type { Rule } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const KEY = 'aws_api_gateway_api_key';
const PLAN_KEY = 'aws_api_gateway_usage_plan_key';

/** A key belongs to a plan, which limits it. */
export const apiKeyWithoutPlan: Rule = {
  id: 'RATE-004',
  title: 'API key without a usage plan',
  why: 'A key that no plan knows is refused by every method that asks for one, or is left over from a plan that is gone.',
  cause: 'aws_api_gateway_usage_plan_key was forgotten, or removed alone.',
  fix: 'Attach the key to a plan by aws_api_gateway_usage_plan_key, or remove it.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html'],
  check: (model) => resourcesOf(model, KEY).map((placed) => finding(placed, 'usage plan', judge(placed))),
};

function judge({ stack, resource }: Placed): Judgement {
  const attached = stack.ofType(PLAN_KEY).map((planKey) => join(stack, planKey, planKey.attributes, 'key_id', [KEY]));
  if (attached.some((target) => target.kind === 'resource' && target.resource === resource)) {
    return ['pass', 'the key belongs to a usage plan'];
  }
  return attached.some(({ kind }) => kind === 'unknown')
    ? ['unknown', `whether ${firstUnknown(stack)} attaches it is not known`]
    : ['fail', 'no usage plan of the stack has the key'];
}

function firstUnknown(stack: Stack): string {
  const open = stack
    .ofType(PLAN_KEY)
    .find((planKey) => join(stack, planKey, planKey.attributes, 'key_id', [KEY]).kind === 'unknown');
  return open?.address ?? 'a usage plan key';
}
