import type { Policy, PolicyStatement } from '../model/types';
import type { Rule } from './rule';
import { allowedOf, checkStatements, quoted, resourceWidth, type StatementAnswer } from './shared/statements';
import { isWideAction } from './shared/wide-actions';

/** Actions that read data, use credentials or run code, and all of which can be given for named resources. */
const SENSITIVE = [
  'apigateway:GET',
  'dynamodb:BatchGetItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
  'execute-api:Invoke',
  'execute-api:ManageConnections',
  'lambda:InvokeFunction',
  's3:DeleteObject',
  's3:GetObject',
  's3:PutObject',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'sns:Publish',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'sts:AssumeRole',
];

/** Actions on data and credentials are given for named resources. */
export const sensitiveActionOnEveryResource: Rule = {
  id: 'IAM-002',
  title: 'Sensitive action on every resource',
  why: 'Whoever takes over the function reads every secret, table or bucket of the account instead of its own.',
  cause: 'Resource "*" was written because the ARN was not known yet.',
  fix: 'Name the ARN of the resource, or its name with a prefix of its own.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege'],
  check: (model) =>
    checkStatements(model, ({ kind }) => kind === 'identity', judge, 'sensitive actions are for named resources'),
};

function judge(_: Policy, statement: PolicyStatement): StatementAnswer[] {
  // A wildcard action is IAM-001's.
  const named = (statement.actions ?? []).filter(({ text }) => !isWideAction(text));
  const sensitive = allowedOf({ ...statement, actions: named, notActions: undefined }, SENSITIVE);
  if (sensitive.length === 0) {
    return [];
  }
  switch (resourceWidth(statement)) {
    case 'named':
      return [];
    case 'wide':
      return [
        {
          verdict: 'fail',
          element: 'Resource',
          detail: `allows ${quoted(sensitive)} on every resource`,
          plainDetail: 'allows a sensitive action on every resource',
        },
      ];
    case 'unknown':
      return [
        {
          verdict: 'unknown',
          element: 'Resource',
          detail: `allows ${quoted(sensitive)} on a resource that is not known`,
          plainDetail: 'allows a sensitive action on a resource that is not known',
        },
      ];
  }
}
