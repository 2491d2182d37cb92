import { SWEEPER_METRICS } from '../../lambdas/token-sweeper/config';
import type { AlarmSpec } from '../observability/alarm';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';

/** What is measured of a sweeper: entries that were swept or failed and jobs that failed (by `Sum`), age of the oldest and open jobs (by `Maximum`). */
export type TokenSweeperMetricId = keyof typeof SWEEPER_METRICS;

const SUMS: readonly TokenSweeperMetricId[] = ['swept', 'failed', 'failedJobs'];

/** The metrics of one sweeper. */
export class TokenSweeperMetrics {
  constructor(
    private readonly names: {
      /** Environment of the platform. */
      readonly stage: string;
      readonly metricsNamespace: string;
    },
  ) {}

  /** @throws {MetricError} for an unknown statistic or period */
  metric(id: TokenSweeperMetricId, options: MetricOptions = {}): Metric {
    const { stage, metricsNamespace } = this.names;
    const { statistic = SUMS.includes(id) ? 'Sum' : 'Maximum', periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
    return checkMetric({
      family: 'token-sweeper',
      namespace: metricsNamespace,
      metricName: SWEEPER_METRICS[id],
      dimensions: { Service: 'token-sweeper', Stage: stage },
      statistic,
      periodSeconds,
    });
  }
}

/** The alarms of a sweeper, by the last part of their names. */
export type TokenSweeperAlarmId = 'outbox-waiting' | 'jobs-failing';

export const TOKEN_SWEEPER_ALARM_IDS: readonly TokenSweeperAlarmId[] = ['outbox-waiting', 'jobs-failing'];

/** Age at which an entry that is not in the trail is an alarm, in seconds: the sweeper has had it several times by then. */
const WAITING_SECONDS = 300;
/** Runs of the sweeper that may be missing before its silence is an alarm. */
const SILENT_MINUTES = 5;

/** The alarms of a sweeper, which writes its metrics at each of its runs. */
export function tokenSweeperAlarms(metrics: TokenSweeperMetrics): readonly AlarmSpec<TokenSweeperAlarmId>[] {
  return [
    {
      id: 'outbox-waiting',
      metric: metrics.metric('oldest'),
      comparison: 'GreaterThanThreshold',
      threshold: WAITING_SECONDS,
      evaluationPeriods: SILENT_MINUTES,
      datapoints: SILENT_MINUTES,
      missingData: {
        treat: 'breaching',
        because: 'The sweeper writes it every minute: missing data means that nothing finishes what crashed.',
      },
      severity: 'page',
      description:
        'Changes have not been in the audit trail for longer than five minutes, or the token sweeper does not run',
    },
    {
      id: 'jobs-failing',
      metric: metrics.metric('failedJobs'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: SILENT_MINUTES,
      datapoints: SILENT_MINUTES,
      missingData: {
        treat: 'ignore',
        because: 'A minute without a run says nothing about jobs; outbox-waiting reports that the sweeper stopped.',
      },
      severity: 'ticket',
      description: 'The sweeper cannot go on with a job over tokens; its log names the job',
    },
  ];
}
