import { REST_API } from '../model/apis';
import type { Api, AuditModel, MethodSettings } from '../model/types';
import { resolveReferences } from '../reader/references';
import { splitTemplate } from '../reader/template';
import { ABSENT, known, show, type Value, type Verdict } from '../three-valued';
import type { Rule } from './rule';
import { blockOf, finding, type Judgement, type Placed, resourcesOf, textOf } from './shared/resources';

const SETTINGS = 'aws_api_gateway_method_settings';
const GROUP = 'aws_cloudwatch_log_group';

/** Stand for the id of the API, and of another one, in a text where the plan does not tell them. */
const [THIS_API, OTHER_API] = ['\uE000', '\uE001'];

/** Execution logs are written into a group of the plan, where their retention and their key are decided. */
export const executionLogGroup: Rule = {
  id: 'LOG-010',
  title: 'Execution log whose group is not in the plan',
  why: 'API Gateway makes the missing log group itself: it keeps every line for ever, without the key and the tags of the others, and stays when the API is destroyed.',
  cause: 'logging_level was raised, and the name of the log group, which API Gateway fixes, is not known to many.',
  fix: 'Add an aws_cloudwatch_log_group named API-Gateway-Execution-Logs_<id of the API>/<stage>, with retention_in_days, and let the method settings depend on it.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html'],
  check: (model) => {
    const settingsOf = new Map(model.methodSettings.map((settings) => [settings.resource, settings]));
    return resourcesOf(model, SETTINGS).map((placed) =>
      finding(placed, 'logging_level', judgeSettings(placed, settingsOf.get(placed.resource), model)),
    );
  },
};

function judgeSettings({ resource }: Placed, settings: MethodSettings | undefined, model: AuditModel): Judgement {
  const block = blockOf(resource.attributes, 'settings');
  const level = block.kind === 'known' ? textOf(block.value, 'logging_level') : block;
  if (level.kind === 'absent' || (level.kind === 'known' && level.value !== 'ERROR' && level.value !== 'INFO')) {
    return ['pass', 'no execution log is written'];
  }
  if (level.kind === 'unknown') {
    return ['unknown', `whether an execution log is written is ${level.cause}`];
  }
  const { api, stage } = settings ?? {};
  if (api === undefined || stage?.kind !== 'known') {
    return ['unknown', 'of which API and stage they are is not known, nor what the log group is called'];
  }
  const group = `API-Gateway-Execution-Logs_${show(idOf(api))}/${stage.value}`;
  const answers = resourcesOf(model, GROUP).map((placed) => isGroupOf(placed, api, stage.value));
  if (answers.includes('pass')) {
    return ['pass', `its log group ${group} is in the plan`];
  }
  return answers.includes('unknown')
    ? ['unknown', `whether one of the log groups of the plan is ${group} is known only after apply`]
    : ['fail', `its log group ${group} is not in the plan, so its lines are kept for ever`];
}

function idOf(api: Api): Value<string> {
  return api.resource === undefined ? known(api.address) : api.resource.attributes.string('id');
}

/** Whether a log group is the one that API Gateway writes the execution log of a stage into; `fail` for another. */
function isGroupOf({ stack, resource }: Placed, api: Api, stage: string): Verdict {
  const { attributes } = resource;
  const id = idOf(api);
  const name = textOf(attributes, 'name');
  const [start, end] = ['API-Gateway-Execution-Logs_', `/${stage}`];
  if (name.kind === 'absent') {
    return 'fail';
  }
  if (name.kind === 'known') {
    if (id.kind === 'known') {
      return name.value === start + id.value + end ? 'pass' : 'fail';
    }
    // AWS chooses the id of a new API, so nobody can have written it down.
    const isNew = api.resource?.actions.includes('create') === true;
    return !isNew && isBetween(name.value, start, end) ? 'unknown' : 'fail';
  }
  const expression = attributes.expression('name');
  if (expression === undefined) {
    return 'unknown';
  }
  const { targets, unresolved } = resolveReferences(stack, resource, expression);
  const refersToApi = targets.some((target) => target.resource === api.resource);
  if (typeof expression.constant !== 'string') {
    // HCL leaves no text in the plan, only what it refers to.
    return refersToApi || unresolved.length > 0 ? 'unknown' : 'fail';
  }
  const text = render(expression.constant, (reference) => {
    const found = resolveReferences(stack, resource, { references: [reference], constant: undefined }).targets;
    const [target] = found;
    if (found.length !== 1 || target?.attribute === undefined) {
      return ABSENT;
    }
    return target.resource.type === REST_API && target.attribute === 'id'
      ? known(target.resource === api.resource ? THIS_API : OTHER_API)
      : target.resource.attributes.string(target.attribute);
  });
  return text === undefined ? 'unknown' : text === start + THIS_API + end ? 'pass' : 'fail';
}

function isBetween(text: string, start: string, end: string): boolean {
  return text.length > start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

/** The text of a template; undefined where a part of it is not known. */
function render(template: string, valueAt: (reference: string) => Value<string>): string | undefined {
  const parts = splitTemplate(template)?.map((part) => {
    if ('literal' in part) {
      return part.literal;
    }
    const value = valueAt(part.expression);
    return value.kind === 'known' ? value.value : undefined;
  });
  return parts?.every((part) => part !== undefined) === true ? parts.join('') : undefined;
}
