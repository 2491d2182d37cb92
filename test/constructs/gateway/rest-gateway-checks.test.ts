import { Lazy } from 'cdktf';
import { RestGateway, type RestGatewayProps } from '../../../constructs/gateway';
import { testStack } from '../../support/template';
import { gateway, lambda } from './fixture';

describe('validateGateway', () => {
  test.each<[Partial<RestGatewayProps>, string]>([
    [{ gatewayName: 'a b' }, 'test/Gateway: gatewayName is "a b", allowed are 1 to 64'],
    [{ gatewayName: 'a'.repeat(65) }, 'allowed are 1 to 64'],
    [{ stageName: 'a/b' }, 'stageName is "a/b"'],
    [{ apiId: '' }, 'apiId is ""'],
    [{ integrations: { ['b'.repeat(29)]: lambda('x') } }, 'allowed are 1 to 28'],
    [
      { authorizer: { function: lambda('x'), resultTtlSeconds: 3601 } },
      'authorizer.resultTtlSeconds is 3601, allowed is a whole number, 0 to 3600',
    ],
    [{ authorizer: { function: lambda('x'), resultTtlSeconds: 1.5 } }, 'resultTtlSeconds is 1.5'],
    [
      { authorizer: { function: lambda('x'), resultTtlSeconds: 0, dpopAlgorithms: ['HS256'] } },
      'is ["HS256"], allowed',
    ],
    [{ authorizer: { function: lambda('x'), dpopAlgorithms: ['ES256'] } }, 'resultTtlSeconds is 60, allowed is 0 with'],
    [{ throttle: { rateLimit: 0, burstLimit: 1 } }, 'throttle.rateLimit is 0, allowed is a whole number, 1 or more'],
    [{ throttle: { rateLimit: 1, burstLimit: -1 } }, 'throttle.burstLimit is -1'],
    [{ accessLogRetentionDays: 2 }, 'logRetentionDays is 2'],
    [
      { accessLogFormat: '{"id":"$context.requestId","k":"$context.identity.apiKey"}' },
      'accessLogFormat holds "$context.identity.apiKey"',
    ],
    [{ accessLogFormat: '$context.status' }, 'has to be one line that holds $context.requestId'],
    [{ accessLogFormat: '$context.requestId\n' }, 'has to be one line'],
    [{ cors: { allowOrigin: '*' } }, 'cors.allowOrigin is "*"'],
  ])('refuses %j', (props, fault) => {
    expect(() => gateway(testStack(), props)).toThrow(fault);
  });

  test('refuses an execution log level that there is not', () => {
    const props = JSON.parse('{"executionLogging":"DEBUG"}');
    expect(() => gateway(testStack(), props)).toThrow('executionLogging is "DEBUG", allowed are OFF, ERROR, INFO');
  });

  test('checks nothing that is known late', () => {
    const text = Lazy.stringValue({ produce: () => 'x' });
    const number = Lazy.numberValue({ produce: () => 1 });
    const props = {
      gatewayName: text,
      apiId: text,
      stageName: text,
      throttle: { rateLimit: number, burstLimit: number },
      authorizer: { function: lambda('x'), resultTtlSeconds: number },
      cors: { allowOrigin: text, maxAgeSeconds: number },
    };
    expect(gateway(testStack(), props)).toBeInstanceOf(RestGateway);
  });
});
