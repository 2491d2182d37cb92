import type { LogSubscriptionSpec } from '../events/log-subscriptions';
import type { StackResources } from './resources';

/** Subscriptions whose destination is a function, and a note for each other one. */
export function readSubscriptions(stacks: readonly StackResources[]): {
  subscriptions: LogSubscriptionSpec[];
  notes: string[];
} {
  const subscriptions: LogSubscriptionSpec[] = [];
  const notes: string[] = [];
  for (const resource of stacks.flatMap((stack) => stack.ofType('aws_cloudwatch_log_subscription_filter'))) {
    const destination = resource.text('destination_arn');
    const pattern = resource.optionalText('filter_pattern') ?? '';
    const logGroup = resource.text('log_group_name');
    if (pattern !== '') {
      notes.push(`${resource.label}: the filter pattern is not evaluated, so nothing is delivered`);
    } else if (!/^arn:[^:]+:lambda:/.test(destination)) {
      notes.push(`${resource.label}: the lines of ${logGroup} are in logs${logGroup}.log only, not at ${destination}`);
    } else {
      const { region, accountId } = resource.location;
      subscriptions.push({
        name: resource.text('name'),
        logGroup,
        logGroupArn: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:*`,
        functionArn: destination,
        accountId,
      });
    }
  }
  return { subscriptions, notes };
}
