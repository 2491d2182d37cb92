import { CANARY_METRICS } from '../../lambdas/revocation-canary/config';
import { ROTATION_METRICS } from '../../lambdas/rotation/config';
import { TOKEN_ENDPOINT_METRICS } from '../../lambdas/token-endpoint/config';
import { TOKEN_SERVICE_METRICS } from '../../lambdas/token-service/config';
import { SWEEPER_METRICS } from '../../lambdas/token-sweeper/config';
import { TRAIL_METRICS } from '../../lambdas/trail-sealer/config';
import { USAGE_METRICS } from '../../lambdas/usage-aggregator/config';

/** Who publishes a metric. `authorizer`, `token-service`, `token-endpoint`, `rotation`, `trail` and `usage` are those that the functions of the kit write themselves. */
export type MetricFamily =
  | 'gateway'
  | 'lambda'
  | 'table'
  | 'queue'
  | 'authorizer'
  | 'token-service'
  | 'token-endpoint'
  | 'rotation'
  | 'trail'
  | 'revocation-canary'
  | 'token-sweeper'
  | 'usage';

/** A metric of CloudWatch with the dimensions that it is looked up by, for an alarm or a widget. */
export interface Metric {
  readonly family: MetricFamily;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `SampleCount`, `Maximum`, `Minimum`, or a percentile such as `p90`. */
  readonly statistic: string;
  /** Time over which data points are put together, in seconds. */
  readonly periodSeconds: number;
}

/** How a metric is read. */
export interface MetricOptions {
  /** `Average`, `Sum`, `SampleCount`, `Maximum`, `Minimum`, or a percentile such as `p90`. @default - what suits the metric */
  readonly statistic?: string;
  /** Time over which data points are put together, in seconds: 1, 5, 10, 30, or a multiple of 60. @default 60 */
  readonly periodSeconds?: number;
}

/** A metric that CloudWatch does not have, or not by these dimensions. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}

/** The period of alarms and graphs, in seconds, unless another is asked for. */
export const DEFAULT_PERIOD_SECONDS = 60;

/**
 * Metrics and the dimension sets that they are published by. CloudWatch never aggregates over a dimension that is left
 * out, and reports no error: an alarm or a widget with another set would match nothing, silently.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
const PUBLISHED: Readonly<Record<MetricFamily, { names: readonly string[]; sets: readonly string[] }>> = {
  gateway: {
    names: ['4XXError', '5XXError', 'Count', 'IntegrationLatency', 'Latency'],
    sets: ['ApiName', 'ApiName,Stage', 'ApiName,Method,Resource,Stage'],
  },
  lambda: {
    names: ['ConcurrentExecutions', 'Duration', 'Errors', 'Invocations', 'Throttles'],
    sets: ['FunctionName', 'FunctionName,Resource'],
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  table: {
    names: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents'],
    sets: ['TableName', 'GlobalSecondaryIndexName,TableName'],
  },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  queue: {
    names: ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible', 'NumberOfMessagesSent'],
    sets: ['QueueName'],
  },
  authorizer: {
    names: ['AuthDecisions', 'AuthDenied', 'AuthErrors', 'AuthLatency', 'AuthOutputTooLarge', 'AuthShadowDifferences'],
    sets: ['Service,Stage', 'Reason,Service,Stage'],
  },
  'token-service': {
    names: TOKEN_SERVICE_METRICS,
    sets: ['Service,Stage'],
  },
  'token-endpoint': {
    names: Object.values(TOKEN_ENDPOINT_METRICS),
    sets: ['Service,Stage', 'Grant,Service,Stage', 'Error,Service,Stage'],
  },
  rotation: {
    names: Object.values(ROTATION_METRICS),
    sets: ['SecretName,Service,Stage'],
  },
  usage: {
    names: Object.values(USAGE_METRICS),
    sets: ['Service,Stage'],
  },
  'token-sweeper': {
    names: Object.values(SWEEPER_METRICS),
    sets: ['Service,Stage'],
  },
  'revocation-canary': {
    names: Object.values(CANARY_METRICS),
    sets: ['Api,Service,Stage'],
  },
  trail: {
    names: Object.values(TRAIL_METRICS),
    sets: ['Service,Stage'],
  },
};
const STATISTIC = /^(Average|Sum|SampleCount|Maximum|Minimum|p\d{1,2}(\.\d{1,2})?)$/;
const SHORT_PERIODS = [1, 5, 10, 30];

/**
 * Checks that a metric is published by exactly these dimensions.
 *
 * @throws {MetricError} for an unknown metric, an incomplete or foreign dimension set, an unknown statistic or period
 */
export function checkMetric(metric: Metric): Metric {
  const { family, metricName, statistic, periodSeconds } = metric;
  const { names, sets } = PUBLISHED[family];
  if (!names.includes(metricName)) {
    throw new MetricError(`metric is ${JSON.stringify(metricName)}, ${family} metrics are ${names.join(', ')}`);
  }
  const set = Object.keys(metric.dimensions).sort().join(',');
  if (!sets.includes(set)) {
    throw new MetricError(`metric ${metricName} has the dimensions [${set}], published are [${sets.join('], [')}]`);
  }
  if (!STATISTIC.test(statistic)) {
    throw new MetricError(
      `statistic of ${metricName} is ${JSON.stringify(statistic)}, allowed are Average, Sum, SampleCount, Maximum, Minimum and percentiles such as p90`,
    );
  }
  const wholeMinutes = Number.isInteger(periodSeconds) && periodSeconds >= 60 && periodSeconds % 60 === 0;
  if (!wholeMinutes && !SHORT_PERIODS.includes(periodSeconds)) {
    throw new MetricError(
      `period of ${metricName} is ${periodSeconds} s, allowed are ${SHORT_PERIODS.join(', ')} and multiples of 60`,
    );
  }
  return metric;
}

/** The statistic by which a metric of Lambda is read, unless another is asked for. */
const FUNCTION_STATISTICS: Readonly<Record<string, string>> = { ConcurrentExecutions: 'Maximum', Duration: 'Average' };

/**
 * A metric of one Lambda function. The sum, of `Duration` the average, of `ConcurrentExecutions` the maximum, unless another
 * statistic is asked for.
 *
 * @throws {MetricError} for a metric that Lambda does not publish, an unknown statistic or period
 */
export function functionMetric(functionName: string, metricName: string, options: MetricOptions = {}): Metric {
  const { statistic = FUNCTION_STATISTICS[metricName] ?? 'Sum', periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
  return checkMetric({
    family: 'lambda',
    namespace: 'AWS/Lambda',
    metricName,
    dimensions: { FunctionName: functionName },
    statistic,
    periodSeconds,
  });
}

/** The statistic by which a metric of API Gateway is read, unless another is asked for. */
const GATEWAY_STATISTICS: Readonly<Record<string, string>> = {
  Count: 'SampleCount',
  IntegrationLatency: 'Average',
  Latency: 'Average',
};

/**
 * A metric of a stage of a REST API, which CloudWatch knows by its name. The sum, of `Count` the number of samples, of latencies the
 * average, unless another statistic is asked for.
 *
 * @throws {MetricError} for a metric that API Gateway does not publish, an unknown statistic or period
 */
export function gatewayMetric(
  { gatewayName, stageName }: { readonly gatewayName: string; readonly stageName: string },
  metricName: string,
  options: MetricOptions = {},
): Metric {
  const { statistic = GATEWAY_STATISTICS[metricName] ?? 'Sum', periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
  return checkMetric({
    family: 'gateway',
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensions: { ApiName: gatewayName, Stage: stageName },
    statistic,
    periodSeconds,
  });
}

/** What a metric is to the resource `aws_cloudwatch_metric_alarm`. */
export interface AlarmMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, string>;
  readonly statistic?: string;
  readonly extendedStatistic?: string;
  readonly period: number;
}

/** The metric as properties of `CloudwatchMetricAlarm`, for an alarm of one's own: `{ ...alarmMetric(fn.metricErrors()), threshold: 5 }`. */
export function alarmMetric(metric: Metric): AlarmMetric {
  const { namespace, metricName, statistic, periodSeconds } = metric;
  return {
    namespace,
    metricName,
    dimensions: { ...metric.dimensions },
    // CloudWatch calls a percentile an extended statistic.
    ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
    period: periodSeconds,
  };
}
