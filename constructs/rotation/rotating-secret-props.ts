import type { ITerraformDependable } from 'cdktf';
import type { AlarmThresholds } from '../observability/alarm';
import type { Location } from '../support/arn';
import type { Names } from '../support/names';
import type { NodeFunctionOptions } from '../support/node-function-props';
import type { RotationAlarmId } from './rotation-alarm-table';
import type { RotationKind } from './rotation-kind';
import type { IRotationStore } from './rotation-store';
import type { ISecret } from './secret-ref';

/** A secret that is made. */
export interface NewSecret {
  /**
   * Name of the secret: 1 to 47 of `A-Z a-z 0-9 / _ + = . @ -`, not ending with a hyphen and six characters, which AWS cannot tell
   * from the end of an ARN.
   */
  readonly create: string;
}

export interface RotatingSecretProps extends NodeFunctionOptions, Location {
  readonly names: Names;
  /** The secret that is rotated: `{ create: 'acme-prod/crm/token' }`, or a secret that another construct made. */
  readonly secret: NewSecret | ISecret;
  readonly kind: RotationKind;
  readonly store: IRotationStore;
  /** ARN of the KMS key that encrypts the secret. Its policy must leave its use to IAM. */
  readonly keyArn: string;
  /**
   * When the secret is rotated, in UTC: `cron(0 hours day-of-month month day-of-week *)`.
   *
   * @default "cron(0 3 1 1/2 ? *)", at 3 o'clock on the first day of every other month: no secret gets older than 90 days
   */
  readonly schedule?: string;
  /** Time within which the rotation begins, `1h` to `24h`, not beyond the UTC day. @default "1h" */
  readonly window?: string;
  /**
   * Whether Terraform rotates whenever function or schedule change, and when they are new. If false, such a change only runs
   * `testSecret` of the function, and `gatehouse rotate` makes the first value.
   *
   * @default false
   */
  readonly rotateImmediately?: boolean;
  /**
   * Whether Secrets Manager may call the function for this secret only, rather than for any of the account. Whether Secrets
   * Manager tells Lambda the secret's ARN has not been seen on a live account; if it does not, no rotation takes place.
   *
   * @default false
   */
  readonly sourceArnRequired?: boolean;
  /** Protects the secret, and lets it be brought back for 30 days instead of 7. @default true */
  readonly deletionProtection?: boolean;
  /**
   * Functions that read the secret. Its resource policy, which refuses readers that do not ask for AWSCURRENT by its label, is
   * changed after they are.
   *
   * @default - the policy waits for none
   */
  readonly readers?: readonly ITerraformDependable[];
  /**
   * ARNs of the roles that may write the value and read former ones besides the rotation function, in an emergency.
   *
   * @default - nobody may
   */
  readonly breakGlassRoleArns?: readonly string[];
  /** SNS topics told of failed and overdue rotations, at most 5. @default - alarms notify nobody */
  readonly topicArns?: readonly string[];
  /**
   * Thresholds by alarm, in the unit of the metric: `age` days, the others counts per hour. `false` leaves the alarm out.
   *
   * @default - 1, and of `age` what the schedule allows
   */
  readonly alarmThresholds?: AlarmThresholds<RotationAlarmId>;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
  /** Tags of everything that is made. @default - those of the provider, and the severity of alarms */
  readonly tags?: Readonly<Record<string, string>>;
}
