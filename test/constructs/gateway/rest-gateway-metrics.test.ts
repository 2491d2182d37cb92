import { RestGateway } from '../../../constructs/gateway';
import { alarmMetric, MetricError } from '../../../constructs/support';
import { testStack } from '../../support/template';
import { gateway } from './fixture';

const made = gateway(testStack());
const elsewhere = RestGateway.fromRestApiAttributes({
  gatewayName: 'acme-dev-api',
  stageName: 'dev',
  apiId: 'api',
  restApiId: 'abc123',
  executionArn: 'arn:aws:execute-api:eu-central-1:123456789012:abc123',
});

describe.each([
  ['a gateway', made],
  ['a gateway of another stack', elsewhere],
])('the metrics of %s', (_, one) => {
  test.each([
    ['metricCount', 'Count', 'SampleCount'],
    ['metricClientError', '4XXError', 'Sum'],
    ['metricServerError', '5XXError', 'Sum'],
    ['metricLatency', 'Latency', 'Average'],
    ['metricIntegrationLatency', 'IntegrationLatency', 'Average'],
  ] as const)('%s is %s of its stage', (method, metricName, statistic) => {
    expect(one[method]()).toEqual({
      family: 'gateway',
      namespace: 'AWS/ApiGateway',
      metricName,
      dimensions: { ApiName: 'acme-dev-api', Stage: 'dev' },
      statistic,
      periodSeconds: 60,
    });
  });

  test('are read as asked for, and become alarms', () => {
    expect(alarmMetric(one.metricLatency({ statistic: 'p99', periodSeconds: 300 }))).toEqual({
      namespace: 'AWS/ApiGateway',
      metricName: 'Latency',
      dimensions: { ApiName: 'acme-dev-api', Stage: 'dev' },
      extendedStatistic: 'p99',
      period: 300,
    });
  });

  test('are those that API Gateway publishes', () => {
    expect(one.metric('Count', { statistic: 'Sum' })).toMatchObject({ metricName: 'Count', statistic: 'Sum' });
    expect(() => one.metric('Errors')).toThrow(MetricError);
  });
});
