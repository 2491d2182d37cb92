import type { JsonObject } from '../../../audit/json';
import { lostEvents } from '../../../audit/rules/lost-events';
import { DEFAULT_RULE_POLICY } from '../../../audit/rules/policy';
import { modelOf, planOf, refer } from '../support';

/** The verdict about a function that an event rule invokes. */
function verdict(rule: JsonObject, arn?: string): string | undefined {
  const model = modelOf(
    planOf([
      { type: 'aws_lambda_function', name: 'f', after: { function_name: 'f', dead_letter_config: [] } },
      { type: 'aws_cloudwatch_event_rule', name: 'r', after: { name: 'hourly', ...rule }, unknown: { arn: true } },
      {
        type: 'aws_lambda_permission',
        name: 'p',
        after: { function_name: 'f', principal: 'events.amazonaws.com', ...(arn && { source_arn: arn }) },
        unknown: arn ? {} : { source_arn: true },
        expressions: arn ? {} : { source_arn: refer('aws_cloudwatch_event_rule.r.arn', 'aws_cloudwatch_event_rule.r') },
      },
    ]),
  );
  return lostEvents.check(model, DEFAULT_RULE_POLICY)[0]?.verdict;
}

test('an event that happens once is lost when the function fails', () => {
  expect(verdict({ event_pattern: '{"source":["aws.s3"]}' })).toBe('fail');
});

test('an event of a schedule comes again', () => {
  const schedule = { schedule_expression: 'rate(1 hour)' };
  expect(verdict(schedule)).toBe('pass');
  expect(verdict(schedule, 'arn:aws:events:eu-west-1:123456789012:rule/hourly')).toBe('pass');
  expect(verdict(schedule, 'arn:aws:events:eu-west-1:123456789012:rule/another')).toBe('fail');
});
