import { join } from '../model/joins';
import type { AuditModel } from '../model/types';
import type { RulePolicy } from './policy';
import type { Rule } from './rule';
import { relax } from './shared/environment';
import { blocksOf, finding, type Judgement, judge, numberOf, type Placed, resourcesOf } from './shared/resources';

const GROUP = 'aws_cloudwatch_log_group';

/** Logs are there when they are needed. */
export const logRetention: Rule = {
  id: 'LOG-005',
  title: 'Logs are not kept long enough',
  why: 'Break-ins are found months later; by then the lines that would explain them are gone.',
  cause: 'Retention was lowered to save storage.',
  fix: 'Set retention_in_days to the limit of the policy (accessLogRetentionDays, logRetentionDays), or leave it out to keep all.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16'],
  check: (model, policy) => {
    const accessGroups = groupsOfAccessLogs(model);
    return resourcesOf(model, GROUP).map((placed) =>
      finding(placed, 'retention_in_days', judgeGroup(placed, accessGroups.has(placed.resource), policy)),
    );
  },
};

function groupsOfAccessLogs(model: AuditModel): Set<Placed['resource']> {
  const found = new Set<Placed['resource']>();
  for (const { stack, resource } of resourcesOf(model, 'aws_api_gateway_stage', 'aws_apigatewayv2_stage')) {
    const blocks = blocksOf(resource.attributes, 'access_log_settings');
    for (const settings of blocks.kind === 'known' ? blocks.value : []) {
      const joined = join(stack, resource, settings, 'destination_arn', [GROUP], ['arn']);
      if (joined.kind === 'resource') {
        found.add(joined.resource);
      }
    }
  }
  return found;
}

function judgeGroup(placed: Placed, isAccessLog: boolean, policy: RulePolicy): Judgement {
  const atLeast = (days: number): Judgement =>
    judge(
      'retention_in_days',
      numberOf(placed.resource.attributes, 'retention_in_days'),
      0,
      // 0 is how the provider writes that nothing is ever removed.
      (kept) => kept === 0 || kept >= days,
      (kept, passed) =>
        kept === 0
          ? 'lines are never removed'
          : `lines are kept for ${kept} days${passed ? '' : `, less than ${days}`}`,
    );
  const answer = atLeast(policy.logRetentionDays);
  return isAccessLog && answer[0] === 'pass' ? relax(placed, policy, atLeast(policy.accessLogRetentionDays)) : answer;
}
