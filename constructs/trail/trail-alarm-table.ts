import { TRAIL_METRICS } from '../../lambdas/trail-sealer/config';
import type { AlarmSpec } from '../observability/alarm';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';

/** What is measured of the audit trail: entries that were sealed (by `Sum`), age of what waits and damage (by `Maximum`). */
export type TrailMetricId = keyof typeof TRAIL_METRICS;

/** The metrics of one audit trail. */
export class TrailMetrics {
  constructor(
    private readonly names: {
      /** Environment of the platform. */
      readonly stage: string;
      readonly metricsNamespace: string;
    },
  ) {}

  /** @throws {MetricError} for an unknown statistic or period */
  metric(id: TrailMetricId, options: MetricOptions = {}): Metric {
    const { stage, metricsNamespace } = this.names;
    const { statistic = id === 'sealed' ? 'Sum' : 'Maximum', periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
    return checkMetric({
      family: 'trail',
      namespace: metricsNamespace,
      metricName: TRAIL_METRICS[id],
      dimensions: { Service: 'trail', Stage: stage },
      statistic,
      periodSeconds,
    });
  }
}

/** The alarms of an audit trail, by the last part of their names. */
export type TrailAlarmId = 'trail-unsealed' | 'trail-damaged';

export const TRAIL_ALARM_IDS: readonly TrailAlarmId[] = ['trail-unsealed', 'trail-damaged'];

/** Age at which an entry without a seal is an alarm, in seconds. The sealer runs every minute. */
const UNSEALED_SECONDS = 300;
/** Runs of the sealer that may be missing before its silence is an alarm. */
const SILENT_MINUTES = 5;

/** The alarms of an audit trail. The sealer writes both metrics at each of its runs. */
export function trailAlarms(metrics: TrailMetrics): readonly AlarmSpec<TrailAlarmId>[] {
  return [
    {
      id: 'trail-unsealed',
      metric: metrics.metric('unsealedAge'),
      comparison: 'GreaterThanThreshold',
      threshold: UNSEALED_SECONDS,
      evaluationPeriods: SILENT_MINUTES,
      datapoints: SILENT_MINUTES,
      missingData: {
        treat: 'breaching',
        because: 'The sealer writes it every minute: missing data means that nothing is sealed any more.',
      },
      severity: 'page',
      description: 'Entries of the audit trail have no seal for longer than five minutes, or the sealer does not run',
    },
    {
      id: 'trail-damaged',
      metric: metrics.metric('damaged'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'ignore',
        because: 'Missing data does not mend a trail; trail-unsealed reports that the sealer stopped.',
      },
      severity: 'page',
      description: 'An entry of the audit trail does not fit its chain, or is gone: see gatehouse trail verify',
    },
  ];
}
