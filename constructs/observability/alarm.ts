import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Token } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { ConstructError } from '../support/errors';
import { alarmMetric, type Metric } from '../support/metric';
import { escapeTerraform } from '../support/terraform-text';

/**
 * What an alarm makes of a period without a data point, and why. `ignore` keeps the state; `missing` leaves it for
 * INSUFFICIENT_DATA, so that the first point after each quiet night is told as a recovery.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export interface MissingData {
  readonly treat: 'breaching' | 'ignore' | 'missing' | 'notBreaching';
  /** One sentence; the table of `docs/alarms.md` has it too. */
  readonly because: string;
}

/** An alarm as a row of a table: what `renderAlarm` makes a resource of, and a graph a line. */
export interface AlarmSpec<Id extends string = string> {
  /** Last part of the alarm's name. */
  readonly id: Id;
  readonly metric: Metric;
  readonly comparison: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold';
  /** In the unit of the metric. */
  readonly threshold: number;
  /** Periods of the metric that are looked at, N. */
  readonly evaluationPeriods: number;
  /** Periods that have to be over the threshold, M of N. */
  readonly datapoints: number;
  readonly missingData: MissingData;
  /** `page` wakes somebody up, `ticket` can wait. */
  readonly severity: 'page' | 'ticket';
  readonly description: string;
}

/** Thresholds by alarm, in the unit of the metric; `false` leaves the alarm out. */
export type AlarmThresholds<Id extends string> = Readonly<Partial<Record<Id, number | false>>>;

/** What the alarms of one table have in common. */
export interface AlarmOptions {
  /** First part of the names, before the alarm's id. */
  readonly namePrefix: string;
  /** SNS topics told of the alarm and of its end. */
  readonly topicArns: readonly string[];
  /** Where it is written what to do. @default - the description says nothing of it */
  readonly runbookUrl?: string | undefined;
  /** Tags besides the severity. @default - the severity alone */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Applies thresholds to a table of alarms.
 *
 * @throws {ConstructError} for an alarm that the table does not have, and for a threshold below 0
 */
export function withThresholds<Id extends string>(
  scope: IConstruct,
  alarms: readonly AlarmSpec<Id>[],
  ids: readonly Id[],
  thresholds: AlarmThresholds<Id>,
): readonly AlarmSpec<Id>[] {
  for (const [id, threshold] of Object.entries<number | false | undefined>(thresholds)) {
    if (!ids.some((known) => known === id)) {
      throw new ConstructError(`thresholds names ${JSON.stringify(id)}, allowed are ${ids.join(', ')}`, scope);
    }
    if (typeof threshold === 'number' && !Token.isUnresolved(threshold) && !(threshold >= 0 && threshold < Infinity)) {
      throw new ConstructError(
        `threshold of ${id} is ${threshold}, allowed is 0 or more, or false to leave the alarm out`,
        scope,
      );
    }
  }
  return alarms.flatMap((alarm) => {
    const threshold: number | false | undefined = thresholds[alarm.id];
    return threshold === false ? [] : [{ ...alarm, threshold: threshold ?? alarm.threshold }];
  });
}

/** Name of an alarm. */
export function alarmName({ namePrefix }: Pick<AlarmOptions, 'namePrefix'>, id: string): string {
  return `${namePrefix}-${id}`;
}

/** Makes the alarms of a table, by their ids. */
export function renderAlarms<Id extends string>(
  scope: Construct,
  alarms: readonly AlarmSpec<Id>[],
  options: AlarmOptions,
): Readonly<Partial<Record<Id, CloudwatchMetricAlarm>>> {
  const rendered = alarms.map((alarm) => [alarm.id, renderAlarm(scope, alarm, options)] as const);
  return Object.fromEntries(rendered) as Partial<Record<Id, CloudwatchMetricAlarm>>;
}

function renderAlarm(scope: Construct, alarm: AlarmSpec, options: AlarmOptions): CloudwatchMetricAlarm {
  const { topicArns, runbookUrl, tags } = options;
  return new CloudwatchMetricAlarm(scope, `Alarm-${alarm.id}`, {
    alarmName: alarmName(options, alarm.id),
    alarmDescription: escapeTerraform(
      runbookUrl === undefined ? alarm.description : `${alarm.description}. ${runbookUrl}`,
    ),
    ...alarmMetric(alarm.metric),
    comparisonOperator: alarm.comparison,
    threshold: alarm.threshold,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapoints,
    treatMissingData: alarm.missingData.treat,
    alarmActions: [...topicArns],
    okActions: [...topicArns],
    tags: { ...tags, severity: alarm.severity },
  });
}
