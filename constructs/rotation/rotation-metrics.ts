import { ROTATION_METRICS } from '../../lambdas/rotation/config';
import { checkMetric, type Metric, type MetricOptions } from '../support/metric';

/** What is measured of a rotating secret; the counts by `Sum`, the measures of the hourly reaper by `Maximum`. */
export type RotationMetricId = keyof typeof ROTATION_METRICS;

/** Measures of the reaper, which writes each once an hour. The others are counts. */
const MEASURES: ReadonlySet<RotationMetricId> = new Set(['ageDays', 'overdue', 'missing', 'pendingLeftBehind']);
const HOUR_SECONDS = 3600;

/** The metrics of one rotating secret. */
export class RotationMetrics {
  constructor(
    private readonly names: {
      readonly secretName: string;
      /** Environment of the platform. */
      readonly stage: string;
      readonly metricsNamespace: string;
    },
  ) {}

  /**
   * A metric of the secret, by the hour.
   *
   * @throws {MetricError} for an unknown statistic or period
   */
  metric(id: RotationMetricId, options: MetricOptions = {}): Metric {
    const { secretName, stage, metricsNamespace } = this.names;
    const { statistic = MEASURES.has(id) ? 'Maximum' : 'Sum', periodSeconds = HOUR_SECONDS } = options;
    return checkMetric({
      family: 'rotation',
      namespace: metricsNamespace,
      metricName: ROTATION_METRICS[id],
      dimensions: { Service: 'rotation', Stage: stage, SecretName: secretName },
      statistic,
      periodSeconds,
    });
  }
}
