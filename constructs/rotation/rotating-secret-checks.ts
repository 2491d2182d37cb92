import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shortestInterval } from '../../lambdas/rotation/config';
import { ConstructError } from '../support/errors';
import { checkLocation, checkNames } from '../support/platform-checks';
import { checkTopics } from '../support/topic-checks';
import type { RotatingSecretProps } from './rotating-secret-props';
import { nextWindow, ScheduleError, scheduleIntervals } from './schedule';

export const DEFAULT_SCHEDULE = 'cron(0 3 1 1/2 ? *)';
export const DEFAULT_WINDOW = '1h';
/** Longest name from which that of the function and of its rules can be made: 64 less "-rotation-changes". */
const LONGEST_NAME = 47;

/**
 * Checks the properties of a rotating secret.
 *
 * @returns its rotation rules
 * @throws {ConstructError} with the first fault
 */
export function validateRotatingSecret(
  scope: IConstruct,
  props: RotatingSecretProps,
): { readonly scheduleExpression: string; readonly duration: string } {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  checkName(scope, props);
  checkTopics(scope, props.topicArns ?? []);
  const rules = {
    scheduleExpression: props.schedule ?? DEFAULT_SCHEDULE,
    duration: props.window ?? DEFAULT_WINDOW,
  };
  if (!Token.isUnresolved(rules.scheduleExpression) && !rules.scheduleExpression.startsWith('cron(')) {
    // A change of a rate makes Secrets Manager rotate by the former one once more.
    throw new ConstructError(
      `schedule is ${JSON.stringify(rules.scheduleExpression)}, allowed is a cron expression such as "${DEFAULT_SCHEDULE}"`,
      scope,
    );
  }
  try {
    checkInterval(scope, props, rules);
  } catch (error) {
    if (error instanceof ScheduleError) {
      throw new ConstructError(error.message, scope);
    }
    throw error;
  }
  return rules;
}

function checkName(scope: IConstruct, { secret }: RotatingSecretProps): void {
  if (secret === undefined || ('create' in secret && 'secretArn' in secret)) {
    throw new ConstructError(
      `secret is ${secret === undefined ? 'missing' : 'both a new and an existing one'}, allowed is { create: "<name>" } or a secret that exists`,
      scope,
    );
  }
  const name = 'create' in secret ? secret.create : secret.secretName;
  const what = 'create' in secret ? 'secret.create' : 'secret.secretName';
  if (Token.isUnresolved(name) || !/^[A-Za-z0-9/_+=.@-]+$/.test(name) || name.length > LONGEST_NAME) {
    throw new ConstructError(
      `${what} is ${JSON.stringify(name)}, allowed are 1 to ${LONGEST_NAME} of A-Z a-z 0-9 / _ + = . @ - that are known at synth`,
      scope,
    );
  }
  // Of a secret that exists, the name stays; the rotation function compares whole ARNs.
  if ('create' in secret && /-[A-Za-z0-9]{6}$/.test(name)) {
    throw new ConstructError(
      `${what} is ${JSON.stringify(name)}, allowed is a name that does not end with a hyphen and six characters`,
      scope,
    );
  }
}

/** A rotation may begin late in one window and early in the next. */
function checkInterval(
  scope: IConstruct,
  { kind }: RotatingSecretProps,
  rules: { readonly scheduleExpression: string; readonly duration: string },
): void {
  const { opens, closes } = nextWindow(rules, 0);
  const shortest = scheduleIntervals(rules).shortest - (closes - opens) / 1000;
  const needed = shortestInterval(kind.config);
  if (shortest < needed) {
    throw new ConstructError(
      `schedule is ${JSON.stringify(rules.scheduleExpression)} with a window of ${rules.duration}, so two rotations may be ${shortest} s apart, ${kind.config.kind} need at least ${needed} s`,
      scope,
    );
  }
}
