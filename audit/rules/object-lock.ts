import { join } from '../model/joins';
import type { Attributes } from '../reader/attributes';
import { ABSENT, unknown, type Value } from '../three-valued';
import type { RulePolicy } from './policy';
import type { Rule } from './rule';
import { blockOf, booleanOf, finding, type Judgement, numberOf, type Placed, resourcesOf } from './shared/resources';

const CONFIGURATION = 'aws_s3_bucket_object_lock_configuration';

/** What an audit trail is sealed into cannot be changed by whoever the trail is about. */
export const objectLock: Rule = {
  id: 'DATA-007',
  title: 'Bucket of an audit trail without Object Lock',
  why: 'Whoever may write to the bucket can then replace or delete what the trail was sealed with, and with it the evidence.',
  cause: 'Object Lock was left out when the bucket was made, or has no retention by default.',
  fix: 'Set object_lock_enabled on the bucket, and a default_retention of days in aws_s3_bucket_object_lock_configuration.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html'],
  check: (model, policy) =>
    resourcesOf(model, 'aws_s3_bucket')
      .filter(holdsTrail)
      .map((placed) => finding(placed, 'object_lock_enabled', judge(placed, policy))),
};

/** By its name, or because somebody began to lock it: a plan does not tell what a bucket holds. */
function holdsTrail({ resource }: Placed): boolean {
  const name = resource.attributes.string('bucket');
  const locked = booleanOf(resource.attributes, 'object_lock_enabled');
  return (
    (name.kind === 'known' && /(^|[-._])(audit-?)?trail([-._]|$)/i.test(name.value)) ||
    (locked.kind === 'known' && locked.value)
  );
}

function judge(placed: Placed, { logRetentionDays }: RulePolicy): Judgement {
  const enabled = booleanOf(placed.resource.attributes, 'object_lock_enabled');
  if (enabled.kind === 'unknown') {
    return ['unknown', `object_lock_enabled is ${enabled.cause}`];
  }
  if (enabled.kind === 'absent' || !enabled.value) {
    return ['fail', 'it has no Object Lock, which only a new bucket can get'];
  }
  const days = retentionDays(placed);
  if (days.kind === 'unknown') {
    return ['unknown', `the days of its default retention are ${days.cause}`];
  }
  if (days.kind === 'absent') {
    return ['fail', 'its Object Lock has no default retention, so nothing is locked'];
  }
  return days.value < logRetentionDays
    ? ['fail', `its objects are locked for ${days.value} days, expected are at least ${logRetentionDays}`]
    : ['pass', `its objects are locked for ${days.value} days`];
}

/** Days of the default retention. */
function retentionDays({ stack, resource }: Placed): Value<number> {
  let found: Value<number> = ABSENT;
  for (const configuration of stack.ofType(CONFIGURATION)) {
    const { attributes } = configuration;
    const joined = join(stack, configuration, attributes, 'bucket', ['aws_s3_bucket'], ['id', 'bucket']);
    if (joined.kind === 'resource' && joined.resource === resource) {
      return daysOf(attributes);
    }
    if (joined.kind === 'unknown') {
      found = unknown('those of a bucket that is not known');
    }
  }
  return found;
}

function daysOf(attributes: Attributes): Value<number> {
  const rule = blockOf(attributes, 'rule');
  const retention = rule.kind === 'known' ? blockOf(rule.value, 'default_retention') : rule;
  if (retention.kind !== 'known') {
    return retention;
  }
  const days = numberOf(retention.value, 'days');
  const years = numberOf(retention.value, 'years');
  return days.kind === 'absent' && years.kind === 'known' ? { ...years, value: years.value * 365 } : days;
}
