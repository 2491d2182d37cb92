import type { Attributes } from '../reader/attributes';
import { resolveReferences } from '../reader/references';
import type { Resource, Stack } from '../reader/stack';
import { ABSENT, convert, known, unknown, type Value } from '../three-valued';
import type { ApiIndex } from './apis';
import { join } from './joins';
import type { MethodSettings, SettingsTarget, Throttle, UsagePlan, UsagePlanStage } from './types';

const STAGE = 'aws_api_gateway_stage';

/** Method settings of a stack: throttles of stages and of single methods. */
export function readMethodSettings(stack: Stack, apis: ApiIndex): MethodSettings[] {
  return stack.ofType('aws_api_gateway_method_settings').map((resource) => {
    const settings = resource.attributes.blocks('settings');
    const block = settings.kind === 'known' ? settings.value[0] : undefined;
    return {
      api: apis.of(resource),
      stage: stageName(stack, resource, resource.attributes, 'stage_name'),
      target: settingsTarget(resource.attributes.string('method_path')),
      throttle: throttleOf(block, 'throttling_rate_limit', 'throttling_burst_limit'),
      resource,
    };
  });
}

/** Usage plans of a stack, with the stages that they cover. */
export function readUsagePlans(stack: Stack, apis: ApiIndex): UsagePlan[] {
  return stack.ofType('aws_api_gateway_usage_plan').map((resource) => {
    const throttles = resource.attributes.blocks('throttle_settings');
    const quotas = resource.attributes.blocks('quota_settings');
    const quota = quotas.kind === 'known' ? quotas.value[0] : undefined;
    const stages = resource.attributes.blocks('api_stages');
    return {
      stack,
      address: resource.address,
      name: resource.attributes.string('name'),
      throttle: throttleOf(throttles.kind === 'known' ? throttles.value[0] : undefined, 'rate_limit', 'burst_limit'),
      quota: quota === undefined ? undefined : { limit: quota.number('limit'), period: quota.string('period') },
      stages: stages.kind === 'known' ? stages.value.map((block) => planStage(stack, apis, resource, block)) : [],
    };
  });
}

function planStage(stack: Stack, apis: ApiIndex, resource: Resource, block: Attributes): UsagePlanStage {
  const methods = block.blocks('throttle');
  return {
    api: apis.of(resource, block, 'api_id'),
    stage: stageName(stack, resource, block, 'stage'),
    methods:
      methods.kind === 'known'
        ? methods.value.map((method) => ({
            path: method.string('path'),
            throttle: throttleOf(method, 'rate_limit', 'burst_limit'),
          }))
        : [],
  };
}

/** A stage name; where it is unknown, that of the stage resource which the expression refers to. */
function stageName(stack: Stack, from: Resource, attributes: Attributes, attribute: string): Value<string> {
  const value = attributes.string(attribute);
  if (value.kind !== 'unknown') {
    return value;
  }
  const joined = join(stack, from, attributes, attribute, [STAGE]);
  return joined.kind === 'resource' ? joined.resource.attributes.string('stage_name') : value;
}

/** `-1` is how the provider writes "no limit set here". */
export function throttleOf(block: Attributes | undefined, rate: string, burst: string): Throttle {
  const limit = (name: string): Value<number> => {
    const value = block?.number(name) ?? ABSENT;
    return value.kind === 'known' && value.value < 0 ? ABSENT : value;
  };
  return { rate: limit(rate), burst: limit(burst) };
}

/** `*` + `/*` for all methods, else `<path without leading slash>/<METHOD>`, with `~1` for a slash as the AWS API writes it. */
function settingsTarget(path: Value<string>): Value<SettingsTarget> {
  return convert(path, (text): SettingsTarget | undefined => methodTarget(text), 'method_path has no method');
}

/** Reads `path/METHOD` or `/path/METHOD`. */
export function methodTarget(text: string): SettingsTarget | undefined {
  const parts = text
    .replaceAll('~1', '/')
    .split('/')
    .filter((part) => part !== '');
  const method = parts.pop();
  if (method === undefined) {
    return undefined;
  }
  return method === '*' && parts.length === 1 && parts[0] === '*'
    ? 'all'
    : { method: method.toUpperCase(), path: `/${parts.join('/')}` };
}

/** Whether settings are for a route: known, or unknown when the path is. */
export function appliesTo(
  settings: MethodSettings,
  method: Value<string>,
  path: Value<string>,
  methodAddress: string,
  stack: Stack,
): Value<boolean> {
  const { target } = settings;
  if (target.kind === 'known' && target.value !== 'all') {
    if (method.kind !== 'known' || path.kind !== 'known') {
      return unknown('the path of the method is not known');
    }
    return known(target.value.method === method.value && target.value.path === path.value);
  }
  if (target.kind === 'known') {
    return known(true);
  }
  const expression = settings.resource.attributes.expression('method_path');
  const targets = expression === undefined ? [] : resolveReferences(stack, settings.resource, expression).targets;
  const methods = targets.filter((item) => item.resource.type === 'aws_api_gateway_method');
  return methods.length === 1
    ? known(methods[0]?.resource.address === methodAddress)
    : unknown('method_path is known only after apply');
}
