import type { Rule } from './rule';
import { blockOf, booleanOf, finding, type Judgement, judge, type Placed, resourcesOf } from './shared/resources';

/** A table can be brought back to any second of the last days. */
export const pointInTimeRecovery: Rule = {
  id: 'DATA-004',
  title: 'Table without point-in-time recovery',
  why: 'A wrong migration or a stolen credential deletes tokens and applications, and there is no copy from before.',
  cause: 'point_in_time_recovery is off by default.',
  fix: 'Set point_in_time_recovery { enabled = true }.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-2'],
  check: (model) =>
    resourcesOf(model, 'aws_dynamodb_table').map((placed) =>
      finding(placed, 'point_in_time_recovery', judgeTable(placed)),
    ),
};

function judgeTable({ resource }: Placed): Judgement {
  const block = blockOf(resource.attributes, 'point_in_time_recovery');
  if (block.kind === 'unknown') {
    return ['unknown', `point_in_time_recovery is ${block.cause}`];
  }
  const enabled = block.kind === 'known' ? booleanOf(block.value, 'enabled') : block;
  return judge(
    'point_in_time_recovery',
    enabled,
    false,
    (on) => on,
    (_, passed) => (passed ? 'it can be brought back to any second' : 'it cannot be brought back'),
  );
}
