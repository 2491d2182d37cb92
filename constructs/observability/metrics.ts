/** Whose metric it is. `authorizer` are those that the authorizer function writes itself. */
export type MetricFamily = 'gateway' | 'lambda' | 'authorizer';

/** A metric with the dimensions it is looked up by. */
export interface Metric {
  readonly family: MetricFamily;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `SampleCount`, `Maximum`, or a percentile such as `p90`. */
  readonly stat: string;
}

/** A metric that CloudWatch does not have, or not by these dimensions. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}

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
  authorizer: {
    names: ['AuthDecisions', 'AuthDenied', 'AuthErrors', 'AuthLatency', 'AuthOutputTooLarge', 'AuthShadowDifferences'],
    sets: ['Service,Stage', 'Reason,Service,Stage'],
  },
};
const STAT = /^(Average|Sum|SampleCount|Maximum|Minimum|p\d{1,2}(\.\d{1,2})?)$/;

/**
 * Checks that a metric is published by exactly these dimensions.
 *
 * @throws {MetricError} for an unknown metric, an incomplete or foreign dimension set, or an unknown statistic
 */
export function checkMetric(metric: Metric): Metric {
  const { names, sets } = PUBLISHED[metric.family];
  if (!names.includes(metric.name)) {
    throw new MetricError(`metric is ${JSON.stringify(metric.name)}, ${metric.family} metrics are ${names.join(', ')}`);
  }
  const set = Object.keys(metric.dimensions).sort().join(',');
  if (!sets.includes(set)) {
    throw new MetricError(`metric ${metric.name} has the dimensions [${set}], published are [${sets.join('], [')}]`);
  }
  if (!STAT.test(metric.stat)) {
    throw new MetricError(
      `statistic of ${metric.name} is ${JSON.stringify(metric.stat)}, allowed are Sum, p90 and so on`,
    );
  }
  return metric;
}

/** Whether CloudWatch calls the statistic an extended one. */
export function isPercentile(stat: string): boolean {
  return stat.startsWith('p');
}

/** The metrics of one gateway and its authorizer, by what they are of. */
export class GatewayMetrics {
  constructor(
    private readonly names: {
      readonly gatewayName: string;
      readonly apiId: string;
      readonly stageName: string;
      readonly metricsNamespace: string;
    },
  ) {}

  /** A metric of API Gateway; REST APIs are told apart by their name. */
  gateway(name: string, stat: string): Metric {
    const { gatewayName, stageName } = this.names;
    const dimensions = { ApiName: gatewayName, Stage: stageName };
    return checkMetric({ family: 'gateway', namespace: 'AWS/ApiGateway', name, dimensions, stat });
  }

  function(functionName: string, name: string, stat: string): Metric {
    const dimensions = { FunctionName: functionName };
    return checkMetric({ family: 'lambda', namespace: 'AWS/Lambda', name, dimensions, stat });
  }

  /** A metric that the authorizer counts by executions: a cached result is no execution. */
  authorizer(name: string, stat: string): Metric {
    const { apiId, stageName, metricsNamespace } = this.names;
    const dimensions = { Service: apiId, Stage: stageName };
    return checkMetric({ family: 'authorizer', namespace: metricsNamespace, name, dimensions, stat });
  }
}
