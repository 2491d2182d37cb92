import { alarmMetric, checkMetric, functionMetric, type Metric } from '../../../constructs/support/metric';

const LATENCY: Metric = {
  family: 'gateway',
  namespace: 'AWS/ApiGateway',
  metricName: 'Latency',
  dimensions: { ApiName: 'a', Stage: 'dev' },
  statistic: 'p90',
  periodSeconds: 60,
};

describe('checkMetric', () => {
  test.each<Metric>([
    LATENCY,
    { ...LATENCY, dimensions: { ApiName: 'a' } },
    { ...LATENCY, dimensions: { Stage: 'dev', Resource: '/', Method: 'GET', ApiName: 'a' } },
    {
      family: 'lambda',
      namespace: 'AWS/Lambda',
      metricName: 'Throttles',
      dimensions: { FunctionName: 'f' },
      statistic: 'Sum',
      periodSeconds: 300,
    },
    {
      family: 'authorizer',
      namespace: 'x',
      metricName: 'AuthErrors',
      dimensions: { Service: 's', Stage: 'dev' },
      statistic: 'Sum',
      periodSeconds: 10,
    },
    {
      family: 'rotation',
      namespace: 'x',
      metricName: 'RotationFailures',
      dimensions: { Service: 'rotation', Stage: 'dev', SecretName: 's' },
      statistic: 'Sum',
      periodSeconds: 3600,
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
    [{ metricName: 'latency' }, 'metric is "latency", gateway metrics are 4XXError'],
    [{ statistic: 'P90' }, 'statistic of Latency is "P90", allowed are Average, Sum'],
    [{ family: 'authorizer', metricName: 'AuthErrors', dimensions: { Service: 's' } }, 'published are [Service,Stage]'],
    [{ periodSeconds: 90 }, 'period of Latency is 90 s, allowed are 1, 5, 10, 30 and multiples of 60'],
    [{ periodSeconds: 0 }, 'period of Latency is 0 s'],
    [{ periodSeconds: 60.5 }, 'period of Latency is 60.5 s'],
  ])('refuses %j', (change, fault) => {
    expect(() => checkMetric({ ...LATENCY, ...change })).toThrow(fault);
  });
});

describe('functionMetric', () => {
  test('names a metric of Lambda by the name of the function', () => {
    expect(functionMetric('f', 'Errors', { periodSeconds: 300 })).toEqual({
      family: 'lambda',
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensions: { FunctionName: 'f' },
      statistic: 'Sum',
      periodSeconds: 300,
    });
  });

  test.each([
    ['Duration', undefined, 'Average'],
    ['ConcurrentExecutions', undefined, 'Maximum'],
    ['Duration', 'p99', 'p99'],
  ])('%s by %s is read by %s', (name, statistic, expected) => {
    const options = statistic === undefined ? {} : { statistic };
    expect(functionMetric('f', name, options)).toMatchObject({ statistic: expected, periodSeconds: 60 });
  });
});

describe('alarmMetric', () => {
  test('hands a percentile over as an extended statistic', () => {
    expect(alarmMetric(LATENCY)).toEqual({
      namespace: 'AWS/ApiGateway',
      metricName: 'Latency',
      dimensions: { ApiName: 'a', Stage: 'dev' },
      extendedStatistic: 'p90',
      period: 60,
    });
  });

  test('hands another statistic over as it is', () => {
    const metric = alarmMetric(functionMetric('f', 'Errors'));
    expect(metric).toMatchObject({ statistic: 'Sum' });
    expect(metric).not.toHaveProperty('extendedStatistic');
  });
});
