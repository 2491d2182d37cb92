import type { RulePolicy } from './policy';
import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';
import { longestInterval } from './shared/rotations';

/** Secrets are rotated often enough. */
export const rotationInterval: Rule = {
  id: 'ROT-002',
  title: 'Rotation interval too long',
  why: 'A leaked secret works for as long as the interval.',
  cause: 'The interval was raised after a rotation failed, or copied from a default of a year.',
  fix: 'Lower automatically_after_days, or the schedule, to the limit of the policy (rotationDays).',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html#secretsmanager-4',
    'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html',
  ],
  check: (model, policy) =>
    resourcesOf(model, 'aws_secretsmanager_secret_rotation').map((placed) =>
      finding(placed, 'rotation_rules', judge(placed, policy)),
    ),
};

function judge({ resource }: Placed, { rotationDays }: RulePolicy): Judgement {
  const blocks = blocksOf(resource.attributes, 'rotation_rules');
  const rules = blocks.kind === 'known' ? blocks.value[0] : undefined;
  if (rules === undefined) {
    return ['unknown', 'its schedule is not known'];
  }
  const days = rules.number('automatically_after_days');
  const schedule = rules.string('schedule_expression');
  const interval =
    days.kind === 'known' && days.value > 0
      ? days.value
      : schedule.kind === 'known'
        ? longestInterval(schedule.value)
        : undefined;
  if (interval === undefined) {
    return ['unknown', 'its schedule is not known, or not understood'];
  }
  const rounded = Math.round(interval * 10) / 10;
  return interval <= rotationDays
    ? ['pass', `it is rotated at least every ${rounded} days`]
    : ['fail', `it is rotated every ${rounded} days, above the ${rotationDays} of the policy`];
}
