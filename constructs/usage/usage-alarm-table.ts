import type { AlarmSpec } from '../observability/alarm';
import type { Metric, MetricOptions } from '../support/metric';

/** The alarms of counting, by the last part of their names. */
export type UsageAlarmId = 'usage-lost' | 'usage-malformed' | 'usage-lag';

export const USAGE_ALARM_IDS: readonly UsageAlarmId[] = ['usage-lost', 'usage-malformed', 'usage-lag'];

/** The metrics that the alarms look at. */
export interface UsageAlarmMetrics {
  metricLostDeliveries(options?: MetricOptions): Metric;
  metricMalformed(options?: MetricOptions): Metric;
  metricLag(options?: MetricOptions): Metric;
}

const FIVE_MINUTES = { periodSeconds: 300 };

export function usageAlarms(metrics: UsageAlarmMetrics): readonly AlarmSpec<UsageAlarmId>[] {
  return [
    {
      id: 'usage-lost',
      metric: metrics.metricLostDeliveries(FIVE_MINUTES),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'notBreaching',
        because:
          'SQS stops to publish the metric of a queue that has been empty for six hours; one with a message goes on.',
      },
      severity: 'ticket',
      description:
        'Lines of access logs were not counted: their deliveries wait in the queue, and can be counted from there',
    },
    {
      id: 'usage-malformed',
      metric: metrics.metricMalformed(FIVE_MINUTES),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 3,
      datapoints: 2,
      missingData: {
        treat: 'notBreaching',
        because:
          'The aggregator writes the metric with each delivery, so missing data means that there were no requests.',
      },
      severity: 'ticket',
      description:
        'Lines of access logs are cut, or in a format that the aggregator does not know, and are not counted',
    },
    {
      id: 'usage-lag',
      metric: metrics.metricLag(FIVE_MINUTES),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 300,
      evaluationPeriods: 3,
      datapoints: 3,
      missingData: {
        treat: 'ignore',
        because:
          'Without requests nothing is counted: a quiet night must not end an alarm as if the counting had caught up.',
      },
      severity: 'ticket',
      description: 'Calls are counted more than five minutes after they were made, and last uses are as old',
    },
  ];
}
