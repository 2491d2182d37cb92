import { CANARY_METRICS } from '../../lambdas/revocation-canary/config';
import type { AlarmSpec } from '../observability/alarm';
import { checkMetric, type Metric, type MetricOptions } from '../support/metric';

/** What is measured by a canary at each run: the time in milliseconds, and whether the bound was broken or the run failed. */
export type CanaryMetricId = keyof typeof CANARY_METRICS;

/** The metrics of one revocation canary. */
export class RevocationCanaryMetrics {
  constructor(
    private readonly names: {
      readonly apiId: string;
      /** Environment of the platform. */
      readonly stage: string;
      readonly metricsNamespace: string;
      /** Time between two runs, in seconds. */
      readonly everySeconds: number;
    },
  ) {}

  /** @throws {MetricError} for an unknown statistic or period */
  metric(id: CanaryMetricId, options: MetricOptions = {}): Metric {
    const { apiId, stage, metricsNamespace, everySeconds } = this.names;
    const { statistic = 'Maximum', periodSeconds = everySeconds } = options;
    return checkMetric({
      family: 'revocation-canary',
      namespace: metricsNamespace,
      metricName: CANARY_METRICS[id],
      dimensions: { Service: 'revocation-canary', Stage: stage, Api: apiId },
      statistic,
      periodSeconds,
    });
  }
}

/** The alarms of a revocation canary, by the last part of their names. */
export type RevocationCanaryAlarmId = 'revocation-late' | 'revocation-unknown';

export const REVOCATION_CANARY_ALARM_IDS: readonly RevocationCanaryAlarmId[] = [
  'revocation-late',
  'revocation-unknown',
];

/** Runs in a row that may fail, or be missing. */
const FAILED_RUNS = 3;

/** The alarms of a revocation canary. */
export function revocationCanaryAlarms(
  metrics: RevocationCanaryMetrics,
): readonly AlarmSpec<RevocationCanaryAlarmId>[] {
  return [
    {
      id: 'revocation-late',
      metric: metrics.metric('boundBroken'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'ignore',
        because: 'A run that did not measure says nothing about the bound; revocation-unknown reports that.',
      },
      severity: 'page',
      description: 'A revoked token was accepted after the bound that the platform states',
    },
    {
      id: 'revocation-unknown',
      metric: metrics.metric('failed'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: FAILED_RUNS,
      datapoints: FAILED_RUNS,
      missingData: {
        treat: 'breaching',
        because: 'The canary writes it at each run: missing data means that nothing measures revocations any more.',
      },
      severity: 'ticket',
      description: 'Three runs in a row could not measure how fast a revocation is, or there was none',
    },
  ];
}
