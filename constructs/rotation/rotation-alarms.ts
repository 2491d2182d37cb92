import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { type AlarmThresholds, renderAlarms, withThresholds } from '../observability/alarm';
import { escapeTerraform } from '../support/terraform-text';
import {
  ROTATION_ALARM_IDS,
  type RotationAlarmId,
  type RotationAlarmTimes,
  rotationAlarms,
} from './rotation-alarm-table';
import type { RotationMetrics } from './rotation-metrics';

export interface RotationAlarmsProps extends RotationAlarmTimes {
  /** First part of the names of alarms and rules. */
  readonly functionName: string;
  readonly secretArn: string;
  /** Role of the rotation function, which alone may change the secret. */
  readonly roleArn: string;
  readonly metrics: RotationMetrics;
  readonly topicArns: readonly string[];
  /** Thresholds by alarm, in the unit of the metric; `false` leaves the alarm out. @default - those of the table */
  readonly thresholds?: AlarmThresholds<RotationAlarmId> | undefined;
  /** Tags of alarms and rules. @default - severity and those of the provider */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * What is told of a rotating secret: failures as they happen, and what no failure tells, because nothing runs any more. The
 * latter is measured by the reaper at each run, and its silence is an alarm too.
 *
 * The rules on events need a trail of CloudTrail with management events, and topics that `events.amazonaws.com` may publish to.
 */
export class RotationAlarms extends Construct {
  /** The alarms by id, where they are not left out. */
  readonly alarms: Readonly<Partial<Record<RotationAlarmId, CloudwatchMetricAlarm>>>;

  /** @throws {ConstructError} for a malformed threshold, and for an alarm that there is not */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RotationAlarmsProps,
  ) {
    super(scope, id);
    const { metrics, functionName, topicArns, thresholds = {}, tags } = props;
    const specs = withThresholds(this, rotationAlarms(metrics, props), ROTATION_ALARM_IDS, thresholds);
    this.alarms = renderAlarms(this, specs, { namePrefix: functionName, topicArns, tags });
    if (topicArns.length > 0) {
      this.renderEvents();
    }
  }

  private renderEvents(): void {
    const { secretName, secretArn, roleArn } = this.props;
    // Secrets Manager writes the ARN in one of two places, and a caller may name the secret in either way.
    const ofSecret = (path: string) => ({ [path]: [secretArn, secretName] });
    this.notify('events', 'Rotations that Secrets Manager gave up', {
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationAbandoned', 'RotationFailed', 'TestRotationFailed'],
        additionalEventData: ofSecret('SecretId'),
      },
    });
    this.notify('changes', 'Changes by anybody but the rotation function', {
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventName: [
          'CancelRotateSecret',
          'DeleteResourcePolicy',
          'DeleteSecret',
          'PutResourcePolicy',
          'PutSecretValue',
          'UpdateSecret',
          'UpdateSecretVersionStage',
        ],
        requestParameters: ofSecret('secretId'),
        $or: [
          { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': [roleArn] }] } } } },
          { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ exists: false }] } } } },
        ],
      },
    });
  }

  private notify(id: string, description: string, pattern: object): void {
    const { functionName, secretName, topicArns, tags } = this.props;
    const rule = new CloudwatchEventRule(this, `Rule-${id}`, {
      name: `${functionName}-${id}`,
      description: escapeTerraform(`${description}: ${secretName}`),
      eventPattern: JSON.stringify(pattern),
      ...defined({ tags: tags && { ...tags } }),
    });
    for (const [index, arn] of topicArns.entries()) {
      new CloudwatchEventTarget(this, `Target-${id}-${index + 1}`, { rule: rule.name, arn });
    }
  }
}
