import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { ROTATION_METRICS } from '../../lambdas/rotation/config';
import type { MissingData } from '../support/missing-data';
import { escapeTerraform } from '../support/terraform-text';

export interface RotationAlarmsProps {
  /** First part of the names of alarms and rules. */
  readonly functionName: string;
  readonly secretName: string;
  readonly secretArn: string;
  /** Role of the rotation function, which alone may change the secret. */
  readonly roleArn: string;
  /** Value of the metrics' dimension `Stage`. */
  readonly stage: string;
  readonly metricsNamespace: string;
  /** Longest time between two scheduled rotations, in seconds. */
  readonly intervalSeconds: number;
  /** Shortest time between two rotations of the kind, in seconds: one before is postponed. */
  readonly shortestIntervalSeconds: number;
  readonly topicArns: readonly string[];
}

/** The alarms of a rotating secret, by the last part of their names. */
export type RotationAlarmId = 'failed' | 'overdue' | 'pending' | 'missing' | 'age';

/** An alarm of a rotating secret. */
export interface RotationAlarm {
  readonly id: RotationAlarmId;
  readonly metric: string;
  readonly statistic: 'Sum' | 'Maximum';
  readonly threshold: number;
  /** Hours in a row that have to be over the threshold. */
  readonly hours: number;
  readonly missingData: MissingData;
  readonly severity: 'page' | 'ticket';
  readonly description: string;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
/** Reaper runs that may be missed before the alarms on age take silence for a fault. */
const SILENT_HOURS = 3;

/** The alarms of a rotating secret. The reaper writes all metrics but the first at each of its hourly runs. */
export function rotationAlarms({
  secretName,
  intervalSeconds,
  shortestIntervalSeconds,
}: Pick<RotationAlarmsProps, 'secretName' | 'intervalSeconds' | 'shortestIntervalSeconds'>): readonly RotationAlarm[] {
  // A rotation that was postponed may come as much later.
  const oldest = Math.max(1.25 * intervalSeconds, intervalSeconds + shortestIntervalSeconds + DAY_SECONDS);
  return [
    {
      id: 'failed',
      metric: ROTATION_METRICS.failures,
      statistic: 'Sum',
      threshold: 1,
      hours: 1,
      missingData: {
        treat: 'notBreaching',
        because: 'The function writes the metric only when it fails, so silence is how the alarm ends.',
      },
      severity: 'ticket',
      description: `A step of the rotation of ${secretName}, or its reaper, failed; the value in use keeps working`,
    },
    {
      id: 'overdue',
      metric: ROTATION_METRICS.overdue,
      statistic: 'Maximum',
      threshold: 1,
      hours: SILENT_HOURS,
      missingData: {
        treat: 'breaching',
        because: 'The reaper writes it each hour: silence means that nothing looks after the secret any more.',
      },
      severity: 'page',
      description: `${secretName} was not rotated when it should have been, or nothing looks after it any more`,
    },
    {
      id: 'pending',
      metric: ROTATION_METRICS.pendingLeftBehind,
      statistic: 'Maximum',
      threshold: 1,
      hours: 1,
      missingData: {
        treat: 'ignore',
        because:
          'An hour without a run of the reaper says nothing of the label; that the runs stopped is told by overdue.',
      },
      severity: 'ticket',
      description: `A rotation of ${secretName} was left half-way, and keeps others from beginning`,
    },
    {
      id: 'missing',
      metric: ROTATION_METRICS.missing,
      statistic: 'Maximum',
      threshold: 1,
      hours: 1,
      missingData: {
        treat: 'ignore',
        because: 'What was lost does not come back by silence; that the runs of the reaper stopped is told by overdue.',
      },
      severity: 'page',
      description: `An older version of ${secretName} was made current, or the current one lacks credentials that are in use: see gatehouse secrets status`,
    },
    {
      id: 'age',
      metric: ROTATION_METRICS.ageDays,
      statistic: 'Maximum',
      threshold: Math.ceil(oldest / DAY_SECONDS),
      hours: SILENT_HOURS,
      missingData: {
        treat: 'ignore',
        because:
          'Before the first value there is no age; that there is no value, or no reaper, is told by overdue, once.',
      },
      severity: 'page',
      description: `The value of ${secretName} is older, in days, than the schedule allows`,
    },
  ];
}

/**
 * What is told of a rotating secret: failures as they happen, and what no failure tells, because nothing runs any more. The
 * latter is measured by the reaper at each run, and its silence is an alarm too.
 *
 * The rules on events need a trail of CloudTrail with management events, and topics that `events.amazonaws.com` may publish to.
 */
export class RotationAlarms extends Construct {
  readonly alarms: Readonly<Record<RotationAlarmId, CloudwatchMetricAlarm>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RotationAlarmsProps,
  ) {
    super(scope, id);
    const rendered = rotationAlarms(props).map((spec) => [spec.id, this.alarm(spec)] as const);
    this.alarms = Object.fromEntries(rendered) as Record<RotationAlarmId, CloudwatchMetricAlarm>;
    if (props.topicArns.length > 0) this.renderEvents();
  }

  private alarm(spec: RotationAlarm): CloudwatchMetricAlarm {
    const { id } = spec;
    const { functionName, secretName, stage, metricsNamespace, topicArns } = this.props;
    return new CloudwatchMetricAlarm(this, `Alarm-${id}`, {
      alarmName: `${functionName}-${id}`,
      alarmDescription: escapeTerraform(spec.description),
      namespace: metricsNamespace,
      metricName: spec.metric,
      dimensions: { Service: 'rotation', Stage: stage, SecretName: secretName },
      statistic: spec.statistic,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: spec.threshold,
      period: HOUR_SECONDS,
      evaluationPeriods: spec.hours,
      datapointsToAlarm: spec.hours,
      treatMissingData: spec.missingData.treat,
      alarmActions: [...topicArns],
      okActions: [...topicArns],
      tags: { severity: spec.severity },
    });
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
    const { functionName, secretName, topicArns } = this.props;
    const rule = new CloudwatchEventRule(this, `Rule-${id}`, {
      name: `${functionName}-${id}`,
      description: escapeTerraform(`${description}: ${secretName}`),
      eventPattern: JSON.stringify(pattern),
    });
    for (const [index, arn] of topicArns.entries()) {
      new CloudwatchEventTarget(this, `Target-${id}-${index + 1}`, { rule: rule.name, arn });
    }
  }
}
