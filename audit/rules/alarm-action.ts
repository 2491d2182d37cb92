import { resolveReferences } from '../reader/references';
import { is } from '../three-valued';
import type { Rule } from './rule';
import { alarmsOf } from './shared/alarms';
import {
  finding,
  isSet,
  type Judgement,
  judge as judgeValue,
  type Placed,
  presence,
  resourcesOf,
} from './shared/resources';

/** An alarm reaches somebody. */
export const alarmAction: Rule = {
  id: 'OBS-002',
  title: 'Alarm that tells nobody',
  why: 'An alarm without an action changes colour in a console that nobody looks at.',
  cause: 'The topic was not known yet, or the actions are switched off.',
  fix: 'Set alarm_actions to a topic that somebody reads, and leave actions_enabled at true.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-15',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-17',
  ],
  check: (model) => {
    const rules = resourcesOf(model, 'aws_cloudwatch_composite_alarm');
    return alarmsOf(model).map((placed) => finding(placed, 'alarm_actions', judge(placed, rules)));
  },
};

function judge(placed: Placed, composites: readonly Placed[]): Judgement {
  if (is(placed.resource.attributes.boolean('actions_enabled'), false)) {
    return ['fail', 'its actions are switched off'];
  }
  if (composites.some((composite) => isPartOf(placed, composite) && !tellsNobody(composite))) {
    return ['pass', 'a composite alarm tells of it'];
  }
  const actions = presence(placed, 'alarm_actions');
  return judgeValue(
    'alarm_actions',
    actions,
    false,
    (some) => some,
    (_, passed) => (passed ? 'it has an action' : 'it has no action'),
  );
}

/** Whether the rule of a composite alarm names an alarm: by its name, or by a reference to it. */
function isPartOf({ stack, resource }: Placed, composite: Placed): boolean {
  if (composite.stack !== stack) {
    return false;
  }
  const { attributes } = composite.resource;
  const [rule, name] = [attributes.string('alarm_rule'), resource.attributes.string('alarm_name')];
  if (rule.kind === 'known' && name.kind === 'known') {
    return namesOf(rule.value).includes(name.value);
  }
  const expression = attributes.expression('alarm_rule');
  return (
    expression !== undefined &&
    resolveReferences(stack, composite.resource, expression).targets.some((target) => target.resource === resource)
  );
}

/** Alarms that a rule names: `ALARM(a) OR OK("b c")`; an ARN ends in the name. */
function namesOf(rule: string): string[] {
  return [...rule.matchAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]*?)"?\s*\)/g)].map(
    ([, name = '']) => name.split(':alarm:').pop() ?? name,
  );
}

function tellsNobody({ resource: { attributes } }: Placed): boolean {
  return is(attributes.boolean('actions_enabled'), false) || !isSet(attributes, 'alarm_actions');
}
