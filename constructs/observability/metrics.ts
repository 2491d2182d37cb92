import { checkMetric, DEFAULT_PERIOD_SECONDS, functionMetric, gatewayMetric, type Metric } from '../support/metric';

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
  gateway(metricName: string, statistic: string): Metric {
    return gatewayMetric(this.names, metricName, { statistic });
  }

  /** A metric of Lambda, of the function of this name. */
  function(functionName: string, metricName: string, statistic: string): Metric {
    return functionMetric(functionName, metricName, { statistic });
  }

  /** A metric that the authorizer counts by executions: a cached result is no execution. */
  authorizer(metricName: string, statistic: string): Metric {
    const { apiId, stageName, metricsNamespace } = this.names;
    return checkMetric({
      family: 'authorizer',
      namespace: metricsNamespace,
      metricName,
      dimensions: { Service: apiId, Stage: stageName },
      statistic,
      periodSeconds: DEFAULT_PERIOD_SECONDS,
    });
  }
}
