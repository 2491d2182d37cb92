import { isAlwaysJson, variablesOf } from '../../../../audit/rules/shared/access-logs';
import { accessLogFormat } from '../../../../constructs/gateway/access-log';

test.each([
  ['{"a":"$context.requestId"}', true],
  ['{"a":"x $context.requestId y"}', true],
  ['{"s":$context.status,"t":$context.requestTimeEpoch}', true],
  ['{"l":$context.integrationLatency}', false],
  ['{"a":$context.requestId}', false],
  ['$context.requestId $context.status', false],
  ['{"a":"$context.requestId"', false],
  ['', false],
])('%s: every line is JSON is %s', (format, expected) => {
  expect(isAlwaysJson(format)).toBe(expected);
});

test('the format of the kit is JSON on every line', () => {
  expect(isAlwaysJson(accessLogFormat())).toBe(true);
});

test('variables are found in quotes and out of them', () => {
  expect(variablesOf('{"a":"$context.identity.sourceIp","b":$context.status}')).toEqual([
    'identity.sourceIp',
    'status',
  ]);
});
