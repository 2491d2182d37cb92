import { is } from '../three-valued';
import type { Rule } from './rule';
import { alarmsOf } from './shared/alarms';
import { finding, isSet, type Judgement, type Placed } from './shared/resources';

/** An alarm reaches somebody. */
export const obs002: Rule = {
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
  check: (model) => alarmsOf(model).map((placed) => finding(placed, 'alarm_actions', judge(placed))),
};

function judge({ resource: { attributes } }: Placed): Judgement {
  const enabled = attributes.boolean('actions_enabled');
  if (is(enabled, false)) {
    return ['fail', 'its actions are switched off'];
  }
  const actions = attributes.value('alarm_actions');
  if (actions.kind === 'unknown') {
    // Unknown elements of a list that has some are topics which the plan makes.
    const listed = attributes.elements('alarm_actions');
    return listed.kind === 'known' && listed.value.length > 0
      ? ['pass', 'it has an action']
      : ['unknown', `alarm_actions are ${actions.cause}`];
  }
  return isSet(attributes, 'alarm_actions') ? ['pass', 'it has an action'] : ['fail', 'it has no action'];
}
