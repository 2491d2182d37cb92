import { join } from '../model/joins';
import { is } from '../three-valued';
import type { Rule } from './rule';
import { blockOf, finding, type Judgement, judge, type Placed, resourcesOf, textOf } from './shared/resources';

const SETTINGS = 'aws_api_gateway_method_settings';

/**
 * Asked only by a policy with `executionLog`: execution logs need a role for the whole account, cost money for each request, and
 * tell little that the access log does not.
 */
export const executionLog: Rule = {
  id: 'LOG-008',
  title: 'Stage without an execution log',
  why: 'Why a request failed inside the gateway, between authorizer, validation and integration, is told by the execution log alone.',
  cause: 'logging_level is OFF by default, and needs aws_api_gateway_account.',
  fix: 'Set logging_level = "ERROR" for method_path = "*/*", and the role by aws_api_gateway_account.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-1'],
  check: (model, policy) =>
    policy.executionLog
      ? resourcesOf(model, 'aws_api_gateway_stage').map((placed) =>
          finding(placed, 'logging_level', judgeStage(placed)),
        )
      : [],
};

function judgeStage({ stack, resource }: Placed): Judgement {
  const name = resource.attributes.string('stage_name');
  const settings = stack.ofType(SETTINGS).find((item) => {
    const stage = item.attributes.string('stage_name');
    const joined = join(stack, item, item.attributes, 'stage_name', ['aws_api_gateway_stage'], ['id', 'stage_name']);
    return (
      is(item.attributes.string('method_path'), '*/*') &&
      ((joined.kind === 'resource' && joined.resource === resource) || (name.kind === 'known' && is(stage, name.value)))
    );
  });
  if (settings === undefined) {
    return ['fail', 'no method settings for */* switch it on'];
  }
  const block = blockOf(settings.attributes, 'settings');
  return block.kind === 'unknown'
    ? ['unknown', `its settings are ${block.cause}`]
    : judge(
        'logging_level',
        block.kind === 'known' ? textOf(block.value, 'logging_level') : block,
        'OFF',
        (level) => level === 'ERROR' || level === 'INFO',
        (level) => `its execution log is ${level}`,
      );
}
