import { AuditError } from '../../../audit';
import type { Json } from '../../../audit/json';
import { RULES } from '../../../audit/rules';
import { DEFAULT_RULE_POLICY, readRulePolicy } from '../../../audit/rules/policy';
import { modelOf, planOf } from '../support';

test('a policy names only what differs', () => {
  expect(readRulePolicy({ rotationDays: 30, requiredTags: ['owner'] }, 'p.json')).toEqual({
    ...DEFAULT_RULE_POLICY,
    rotationDays: 30,
    requiredTags: ['owner'],
  });
  expect(readRulePolicy({}, 'p.json')).toEqual(DEFAULT_RULE_POLICY);
});

test.each<[Json, string]>([
  [[], 'p.json: expected an object with the settings of the rules'],
  [{ rotation: 1 }, 'p.json: unknown setting "rotation", allowed are resultCacheSeconds,'],
  [{ authorizerTtlSeconds: 60 }, 'p.json: setting authorizerTtlSeconds was renamed to resultCacheSeconds'],
  [{ rotationDays: '30' }, 'p.json: rotationDays is "30", allowed is a whole number from 0'],
  [{ rotationDays: 1.5 }, 'p.json: rotationDays is 1.5, allowed is a whole number from 0'],
  [{ rotationDays: -1 }, 'p.json: rotationDays is -1, allowed is a whole number from 0'],
  [{ webAcl: 'yes' }, 'p.json: webAcl is "yes", allowed is true or false'],
  [{ requiredTags: [1] }, 'p.json: requiredTags is [1], allowed is a list of texts'],
])('%j is refused', (value, message) => {
  expect(() => readRulePolicy(value, 'p.json')).toThrow(AuditError);
  expect(() => readRulePolicy(value, 'p.json')).toThrow(message);
});

test('a limit of the policy is the limit of the rule', () => {
  const plan = planOf([
    {
      type: 'aws_cloudwatch_log_group',
      name: 'g',
      after: { name: 'g', retention_in_days: 60, tags_all: { owner: 'x' } },
    },
  ]);
  const verdict = (logRetentionDays: number) =>
    RULES.find(({ id }) => id === 'LOG-005')?.check(modelOf(plan), { ...DEFAULT_RULE_POLICY, logRetentionDays })[0]
      ?.verdict;

  expect([verdict(60), verdict(61)]).toEqual(['pass', 'fail']);
});
