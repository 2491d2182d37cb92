import { gatewayMetric, type Metric, type MetricOptions } from '../support/metric';

/** The metrics that API Gateway publishes for the stage of a REST API. */
export interface IRestGatewayMetrics {
  /**
   * `Count` (the number of samples by default), `4XXError` or `5XXError` (the sum), `Latency` or `IntegrationLatency` (the average).
   *
   * @throws {MetricError} for another metric, an unknown statistic or period
   */
  metric(metricName: string, options?: MetricOptions): Metric;
  /** Requests. The number of samples by default. */
  metricCount(options?: MetricOptions): Metric;
  /** Answers with a status of 400 to 499, refused tokens among them. The sum by default, the share of requests as `Average`. */
  metricClientError(options?: MetricOptions): Metric;
  /** Answers with a status of 500 to 599. The sum by default, the share of requests as `Average`. */
  metricServerError(options?: MetricOptions): Metric;
  /** Time from the request to the answer, authorizer and backend included, in milliseconds. The average by default. */
  metricLatency(options?: MetricOptions): Metric;
  /** Time that the backend takes, in milliseconds. The average by default. */
  metricIntegrationLatency(options?: MetricOptions): Metric;
}

/** The metrics of a stage, by the names that CloudWatch knows it by. */
export function restGatewayMetrics(gateway: {
  readonly gatewayName: string;
  readonly stageName: string;
}): IRestGatewayMetrics {
  const named = (metricName: string) => (options?: MetricOptions) => gatewayMetric(gateway, metricName, options);
  return {
    metric: (metricName, options) => gatewayMetric(gateway, metricName, options),
    metricCount: named('Count'),
    metricClientError: named('4XXError'),
    metricServerError: named('5XXError'),
    metricLatency: named('Latency'),
    metricIntegrationLatency: named('IntegrationLatency'),
  };
}
