import { checkMetric, GatewayMetrics, type Metric } from '../../../constructs/observability';

const LATENCY: Metric = {
  family: 'gateway',
  namespace: 'AWS/ApiGateway',
  name: 'Latency',
  dimensions: { ApiName: 'a', Stage: 'dev' },
  stat: 'p90',
};

describe('checkMetric', () => {
  test.each<Metric>([
    LATENCY,
    { ...LATENCY, dimensions: { ApiName: 'a' } },
    { ...LATENCY, dimensions: { Stage: 'dev', Resource: '/', Method: 'GET', ApiName: 'a' } },
    { family: 'lambda', namespace: 'AWS/Lambda', name: 'Throttles', dimensions: { FunctionName: 'f' }, stat: 'Sum' },
    {
      family: 'authorizer',
      namespace: 'x',
      name: 'AuthErrors',
      dimensions: { Service: 's', Stage: 'dev' },
      stat: 'Sum',
    },
  ])('takes %j', (metric) => {
    expect(checkMetric(metric)).toBe(metric);
  });

  test.each<[Partial<Metric>, string]>([
    [
      { dimensions: { Stage: 'dev' } },
      'metric Latency has the dimensions [Stage], published are [ApiName], [ApiName,Stage]',
    ],
    [{ dimensions: { ApiId: 'a', Stage: 'dev' } }, 'has the dimensions [ApiId,Stage]'],
    [{ dimensions: {} }, 'has the dimensions []'],
    [{ name: 'latency' }, 'metric is "latency", gateway metrics are 4XXError'],
    [{ stat: 'P90' }, 'statistic of Latency is "P90"'],
    [{ family: 'authorizer', name: 'AuthErrors', dimensions: { Service: 's' } }, 'published are [Service,Stage]'],
  ])('refuses %j', (change, fault) => {
    expect(() => checkMetric({ ...LATENCY, ...change })).toThrow(fault);
  });
});

describe('GatewayMetrics', () => {
  const metrics = new GatewayMetrics({
    gatewayName: 'acme-dev-api',
    apiId: 'api',
    stageName: 'dev',
    metricsNamespace: 'Acme',
  });

  test('a REST API is known by its name', () => {
    expect(metrics.gateway('Count', 'SampleCount').dimensions).toEqual({ ApiName: 'acme-dev-api', Stage: 'dev' });
  });

  test('the authorizer knows it by its API', () => {
    expect(metrics.authorizer('AuthErrors', 'Sum')).toMatchObject({
      namespace: 'Acme',
      dimensions: { Service: 'api', Stage: 'dev' },
    });
  });
});
