import { Lazy } from 'cdktf';
import { RestGateway } from '../../../constructs/gateway';
import { testStack } from '../../support/template';
import { type GatewayFixture, gateway, lambda } from './fixture';

describe('validateGateway', () => {
  test.each<[GatewayFixture, string]>([
    [{ gatewayName: 'a b' }, 'test/Gateway: gatewayName is "a b", allowed are 1 to 64'],
    [{ gatewayName: 'a'.repeat(65) }, 'allowed are 1 to 64'],
    [{ stageName: 'a/b' }, 'stageName is "a/b"'],
    [{ integrations: { ['b'.repeat(29)]: lambda('x') } }, 'allowed are 1 to 28'],
    [{ gateway: 'http' }, 'test/Gateway: the API "api" is defined for an HTTP API'],
    [{ throttle: { rateLimit: 0, burstLimit: 1 } }, 'throttle.rateLimit is 0, allowed is a whole number, 1 or more'],
    [{ throttle: { rateLimit: 1, burstLimit: -1 } }, 'throttle.burstLimit is -1'],
    [{ accessLogRetentionDays: 2 }, 'logRetentionDays is 2'],
    [
      { accessLogFormat: '{"id":"$context.requestId","k":"$context.identity.apiKey"}' },
      'accessLogFormat holds "$context.identity.apiKey"',
    ],
    [{ accessLogFormat: '$context.status' }, 'has to be one line that holds $context.requestId'],
    [{ accessLogFormat: '$context.requestId\n' }, 'has to be one line'],
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
      stageName: text,
      throttle: { rateLimit: number, burstLimit: number },
      cors: { allowOrigins: [text], maxAgeSeconds: number },
    };
    expect(gateway(testStack(), props)).toBeInstanceOf(RestGateway);
  });
});
