import { is } from '../three-valued';
import type { Rule } from './rule';
import { alarmsOf } from './shared/alarms';
import { finding, type Judgement, judge as judgeValue, type Placed, presence } from './shared/resources';

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
  check: (model) => alarmsOf(model).map((placed) => finding(placed, 'alarm_actions', judge(placed))),
};

function judge(placed: Placed): Judgement {
  if (is(placed.resource.attributes.boolean('actions_enabled'), false)) {
    return ['fail', 'its actions are switched off'];
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
