import type { Rule } from './rule';
import { alarmsOf } from './shared/alarms';
import { finding, type Judgement, type Placed } from './shared/resources';

/** What no data means is decided, not left to a default. */
export const alarmMissingData: Rule = {
  id: 'OBS-006',
  title: 'Alarm that leaves open what no data means',
  why: 'The default keeps the last state: an alarm on a service that stopped answering stays green.',
  cause: 'treat_missing_data is optional.',
  fix: 'Set treat_missing_data: breaching where silence is a fault, notBreaching for counts of errors.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html'],
  check: (model) => alarmsOf(model).map((placed) => finding(placed, 'treat_missing_data', judge(placed))),
};

/** The provider fills its own default in, so that only the configuration tells whether somebody decided. */
function judge({ resource }: Placed): Judgement {
  if (resource.config === undefined) {
    return ['unknown', 'its configuration is not in the plan'];
  }
  return resource.attributes.configured('treat_missing_data')
    ? ['pass', 'it says what no data means']
    : ['fail', 'it does not say what no data means'];
}
