import type { Json } from '../../../audit/json';
import { planOf, reportOf } from '../support';

/** Drift as `terraform plan` shows it after a refresh; without AWS there is none to be had. */
function answers(type: string, before: Json, after: Json) {
  const drift = [{ address: `${type}.x`, type, name: 'x', change: { actions: ['update'], before, after } }];
  return reportOf(planOf([], { resource_drift: drift }))
    .findings.filter(({ rule }) => rule === 'PLAN-005')
    .map(({ verdict, attribute, message }) => ({ verdict, attribute, message }));
}

test('what was weakened by hand fails', () => {
  const table = (on: boolean) => ({
    name: 'tokens',
    deletion_protection_enabled: true,
    point_in_time_recovery: [{ enabled: on }],
    ttl: [{ enabled: true }],
  });

  expect(answers('aws_dynamodb_table', table(true), table(false))).toEqual([
    { verdict: 'pass', attribute: 'drift deletion_protection_enabled', message: expect.any(String) },
    {
      verdict: 'fail',
      attribute: 'drift point_in_time_recovery',
      message: 'point_in_time_recovery goes from on to off',
    },
    { verdict: 'pass', attribute: 'drift ttl', message: expect.any(String) },
  ]);
});

test('what was deleted by hand fails', () => {
  expect(answers('aws_sns_topic', { name: 'alarms' }, null)).toMatchObject([{ verdict: 'fail', attribute: 'drift' }]);
});

test('a limit that was raised by hand fails, one that was lowered passes', () => {
  const plan = (rate: number) => ({
    throttle_settings: [{ rate_limit: rate, burst_limit: 5 }],
    quota_settings: [{ limit: 1 }],
  });
  const rates = (before: number, after: number) =>
    answers('aws_api_gateway_usage_plan', plan(before), plan(after)).find(
      ({ attribute }) => attribute === 'drift throttle_settings rate_limit',
    )?.verdict;

  expect([rates(10, 20), rates(20, 10)]).toEqual(['fail', 'pass']);
});

test('a value that is no number is unknown', () => {
  const group = (retention: Json) => ({ retention_in_days: retention });

  expect(answers('aws_cloudwatch_log_group', group(30), group('soon'))).toMatchObject([{ verdict: 'unknown' }]);
});

test('what was swapped by hand fails, and new code does not', () => {
  const own = (uri: string) => ({ authorizer_uri: uri, name: 'tokens' });
  expect(answers('aws_api_gateway_authorizer', own('arn:a'), own('arn:b'))).toContainEqual({
    verdict: 'fail',
    attribute: 'drift authorizer_uri',
    message: 'authorizer_uri changes who decides about requests: arn:a → arn:b',
  });
  expect(answers('aws_lambda_function', { source_code_hash: 'a' }, { source_code_hash: 'b' })).toEqual([]);
});
