import type { Rule } from './rule';
import { finding, judge, numberOf, resourcesOf } from './shared/resources';

const DEFAULT_DAYS = 30;

/** A deleted secret can be brought back. */
export const recoveryWindow: Rule = {
  id: 'ROT-008',
  title: 'Deleted secret or key that cannot be brought back in time',
  why: 'With a window of 0 a secret is gone at once, and everything that needs it fails; a key takes all that it encrypted along.',
  cause: 'The window was set to 0 so that a stack can be made again under the same names.',
  fix: 'Set recovery_window_in_days (deletion_window_in_days of a key) to at least the limit of the policy (recoveryDays).',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html'],
  check: (model, policy) =>
    (
      [
        ['aws_secretsmanager_secret', 'recovery_window_in_days'],
        ['aws_kms_key', 'deletion_window_in_days'],
      ] as const
    ).flatMap(([type, attribute]) =>
      resourcesOf(model, type).map((placed) =>
        finding(
          placed,
          attribute,
          judge(
            attribute,
            numberOf(placed.resource.attributes, attribute),
            DEFAULT_DAYS,
            (days) => days >= policy.recoveryDays,
            (days, passed) =>
              passed ? `it can be brought back for ${days} days` : `it can be brought back for ${days} days only`,
          ),
        ),
      ),
    ),
};
