import { functionFromName } from '../../../constructs/support/function-ref';

test('refers to a function by literal ARNs', () => {
  expect(functionFromName({ functionName: 'f', account: '123456789012', region: 'eu-west-1' })).toEqual({
    functionName: 'f',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
    invokeArn:
      'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations',
  });
});

test.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-east-1', 'aws'],
])('%s is in the partition %s', (region, partition) => {
  const { functionArn } = functionFromName({ functionName: 'f', account: '123456789012', region });
  expect(functionArn).toBe(`arn:${partition}:lambda:${region}:123456789012:function:f`);
});

test('a given partition wins', () => {
  const { functionArn } = functionFromName({ functionName: 'f', account: '1', region: 'x', partition: 'aws-iso' });
  expect(functionArn).toBe('arn:aws-iso:lambda:x:1:function:f');
});

describe('metrics', () => {
  const fn = functionFromName({ functionName: 'f', account: '123456789012', region: 'eu-west-1' });

  test.each([
    [fn.metricErrors(), 'Errors', 'Sum'],
    [fn.metricInvocations(), 'Invocations', 'Sum'],
    [fn.metricDuration(), 'Duration', 'Average'],
    [fn.metricThrottles(), 'Throttles', 'Sum'],
    [fn.metric('ConcurrentExecutions'), 'ConcurrentExecutions', 'Maximum'],
    [fn.metricDuration({ statistic: 'p99' }), 'Duration', 'p99'],
  ])('%j', (metric, metricName, statistic) => {
    expect(metric).toMatchObject({ metricName, statistic, dimensions: { FunctionName: 'f' }, periodSeconds: 60 });
  });

  test('another metric is refused', () => {
    expect(() => fn.metric('Latency')).toThrow('metric is "Latency", lambda metrics are ConcurrentExecutions');
  });
});

test('lets a role call the function', () => {
  const statements: unknown[] = [];
  const fn = functionFromName({ functionName: 'f', account: '123456789012', region: 'eu-west-1' });
  const grant = fn.grantInvoke({
    addToRolePolicy: (statement) => {
      statements.push(statement);
      return undefined;
    },
  });
  expect(statements).toEqual([
    {
      sid: 'InvokeFunction',
      actions: ['lambda:InvokeFunction'],
      resources: ['arn:aws:lambda:eu-west-1:123456789012:function:f'],
    },
  ]);
  expect(grant.statements).toEqual(statements);
});
