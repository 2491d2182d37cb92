import { join } from '../../model/joins';
import type { AuditModel } from '../../model/types';
import { unknown, type Value } from '../../three-valued';
import { Functions, type FunctionTarget } from './functions';
import { type Placed, resourcesOf } from './resources';

const SECRET = 'aws_secretsmanager_secret';
const ROTATION = 'aws_secretsmanager_secret_rotation';

/** A secret, with the rotation that the plan gives it. */
export interface SecretRotation {
  readonly secret: Placed;
  /** Absent: no rotation of what was read is for it. Unknown: one may be. */
  readonly rotation: Value<Placed>;
}

/** The secrets of the plan, each with its rotation. */
export function secretRotations(model: AuditModel): SecretRotation[] {
  return resourcesOf(model, SECRET).map((secret) => {
    const { stack, resource } = secret;
    let open: string | undefined;
    for (const rotation of stack.ofType(ROTATION)) {
      const joined = join(stack, rotation, rotation.attributes, 'secret_id', [SECRET], ['id', 'arn', 'name']);
      if (joined.kind === 'resource' && joined.resource === resource) {
        return { secret, rotation: { kind: 'known', value: { stack, resource: rotation }, sensitive: false } };
      }
      if (joined.kind === 'unknown') {
        open = `the secret of ${rotation.address} is ${joined.cause}`;
      }
    }
    return { secret, rotation: open === undefined ? { kind: 'absent' } : unknown(open) };
  });
}

/** A rotation, and the function that does it. */
export interface Rotator {
  readonly rotation: Placed;
  readonly target: Value<FunctionTarget>;
}

/** The rotations of the plan, each with its function. */
export function rotators(model: AuditModel): Rotator[] {
  const functions = new Functions(model);
  return resourcesOf(model, ROTATION).map((rotation) => ({
    rotation,
    target: functions.target(rotation, 'rotation_lambda_arn'),
  }));
}

/**
 * Longest time in days between two rotations of a schedule: `rate(30 days)`, `rate(4 hours)`, or a cron expression of AWS
 * (minutes, hours, day of month, month, day of week, year); undefined where the schedule is not understood.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function longestInterval(schedule: string): number | undefined {
  const rate = /^rate\(\s*(\d+)\s+(hour|day)s?\s*\)$/.exec(schedule);
  if (rate !== null) {
    return rate[2] === 'hour' ? Number(rate[1]) / 24 : Number(rate[1]);
  }
  const fields = /^cron\((.+)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/);
  const [, , days = '', months = '', weekdays = '', year = ''] = fields ?? [];
  if (fields?.length !== 6 || year !== '*') {
    return undefined;
  }
  const monthGap = months === '*' ? 1 : /^[\d,]+$/.test(months) ? listGap(months, 12) : stepOf(months);
  if (monthGap === undefined) {
    return undefined;
  }
  if (monthGap > 1) {
    return monthGap * 31;
  }
  if (weekdays !== '?' && weekdays !== '*') {
    return weekdays.includes('#') || weekdays.includes('L') ? 35 : 7;
  }
  if (days === '*' || days === '?') {
    return 1;
  }
  const step = stepOf(days);
  return step === undefined ? 31 : Math.max(step, 1);
}

/** A step such as `1/3`: every three. */
function stepOf(field: string): number | undefined {
  const step = /^(?:\d+|\*)\/(\d+)$/.exec(field)?.[1];
  return step === undefined ? undefined : Number(step);
}

function listGap(field: string, cycle: number): number {
  const values = field
    .split(',')
    .map(Number)
    .sort((left, right) => left - right);
  const first = values[0] ?? 0;
  return Math.max(...values.map((value, index) => (values[index + 1] ?? first + cycle) - value));
}
