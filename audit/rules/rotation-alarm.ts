import { join } from '../model/joins';
import type { AuditModel } from '../model/types';
import { is } from '../three-valued';
import type { Rule } from './rule';
import type { FunctionTarget } from './shared/functions';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';
import { rotators } from './shared/rotations';

/** Somebody learns that a rotation failed. */
export const rotationAlarm: Rule = {
  id: 'ROT-005',
  title: 'Failed rotation that nobody hears of',
  why: 'Secrets Manager has no metric for it: a rotation that fails silently leaves a secret that grows old.',
  cause: 'Alarms are made for functions that serve requests, and the rotation function serves none.',
  fix: 'Alarm on the Errors of the rotation function or on a failure metric of it, or route the RotationFailed event to a target.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html'],
  check: (model) =>
    rotators(model).map(({ rotation, target }) => {
      const answer: Judgement =
        target.kind === 'known'
          ? judge(model, rotation, target.value)
          : ['unknown', `its function is ${target.kind === 'unknown' ? target.cause : 'not set'}`];
      return finding(rotation, 'alarm', answer);
    }),
};

function judge(model: AuditModel, rotation: Placed, { name }: FunctionTarget): Judgement {
  const secret = secretNameOf(rotation);
  const alarms = resourcesOf(model, 'aws_cloudwatch_metric_alarm').map(({ resource }) => resource.attributes);
  const ofFunction = alarms.some(
    (alarm) => is(alarm.string('metric_name'), 'Errors') && is(alarm.object('dimensions').string('FunctionName'), name),
  );
  const ofRotation = alarms.some((alarm) => {
    const metric = alarm.string('metric_name');
    const of = alarm.object('dimensions').string('SecretName');
    const isMeant = of.kind !== 'known' || secret === undefined || of.value === secret;
    return metric.kind === 'known' && isMeant && /^Rotation\w*(Fail|Overdue|Error)/.test(metric.value);
  });
  const event = resourcesOf(model, 'aws_cloudwatch_event_rule').some(({ resource }) => {
    const pattern = resource.attributes.string('event_pattern');
    return pattern.kind === 'known' && pattern.value.includes('RotationFailed');
  });
  if (ofFunction || ofRotation || event) {
    return ['pass', 'a failed rotation raises an alarm or an event'];
  }
  return alarms.some((alarm) => alarm.string('metric_name').kind === 'unknown')
    ? ['unknown', 'the metric of an alarm is not known']
    : ['fail', 'no alarm and no event rule tells of a failed rotation'];
}

/** Name of the secret that is rotated, by which its own alarms are known; undefined when the plan does not tell it. */
function secretNameOf({ stack, resource }: Placed): string | undefined {
  const joined = join(stack, resource, resource.attributes, 'secret_id', ['aws_secretsmanager_secret'], ['id', 'arn']);
  if (joined.kind === 'external') {
    // An ARN ends in the name and six characters of its own.
    return /:secret:(.+)-\w{6}$/.exec(joined.id.value)?.[1] ?? joined.id.value;
  }
  const name = joined.kind === 'resource' ? joined.resource.attributes.string('name') : undefined;
  return name?.kind === 'known' ? name.value : undefined;
}
