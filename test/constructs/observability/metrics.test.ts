import { GatewayMetrics } from '../../../constructs/observability';

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
