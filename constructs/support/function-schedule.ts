import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import type { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { literalArn } from './arn';
import type { NodeFunction } from './node-function';

/** When a function runs by itself, and where. */
export interface FunctionSchedule {
  readonly account: string;
  readonly region: string;
  /** `rate(1 minute)`, `cron(0 3 1 * ? *)`. */
  readonly expression: string;
  readonly description: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Lets EventBridge invoke a function by a rule called `<function>-schedule`, and by no other: the resources `Schedule`, `Target` and `Permission` of
 * the scope.
 */
export function scheduleFunction(
  scope: Construct,
  { functionArn, functionName, resource }: NodeFunction,
  { expression, description, tags, ...location }: FunctionSchedule,
): CloudwatchEventRule {
  const name = `${functionName}-schedule`;
  const rule = new CloudwatchEventRule(scope, 'Schedule', {
    name,
    description,
    scheduleExpression: expression,
    ...defined({ tags: tags && { ...tags } }),
  });
  new CloudwatchEventTarget(scope, 'Target', { rule: rule.name, arn: functionArn });
  new LambdaPermission(scope, 'Permission', {
    functionName: resource.functionName,
    action: 'lambda:InvokeFunction',
    principal: 'events.amazonaws.com',
    sourceAccount: location.account,
    sourceArn: literalArn(location, 'events', `rule/${name}`),
  });
  return rule;
}
