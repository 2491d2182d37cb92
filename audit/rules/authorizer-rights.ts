import type { Rule } from './rule';
import { budgetFindings } from './shared/budgets';
import { Functions } from './shared/functions';
import { type Placed, resourcesOf } from './shared/resources';

/** What an authorizer does: it reads a token and the secret that proves it, and tells what it did. */
const BUDGET = [
  'cloudwatch:PutMetricData',
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'kms:Decrypt',
  'kms:GetPublicKey',
  'kms:Verify',
  'logs:',
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
  'xray:',
];

/** An authorizer reads. */
export const authorizerRights: Rule = {
  id: 'IAM-004',
  title: 'Authorizer with more rights than it needs',
  why: 'The authorizer takes every unauthenticated request. One that writes can be made to issue tokens, change secrets or delete data by whoever finds a hole in it.',
  cause: 'It shares a role with the token service, or got the policy of an administrator.',
  fix: 'Give the authorizer a role of its own that reads the token table and its own secret, decrypts with their key, and writes logs and traces.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
  ],
  check: (model) => {
    const functions = new Functions(model);
    const guards = new Map<Placed['resource'], Placed>();
    for (const placed of resourcesOf(model, 'aws_api_gateway_authorizer', 'aws_apigatewayv2_authorizer')) {
      const target = functions.target(placed, 'authorizer_uri');
      const made = target.kind === 'known' ? target.value.placed : undefined;
      if (made !== undefined) {
        guards.set(made.resource, made);
      }
    }
    return [...guards.values()].flatMap((placed) => budgetFindings(model, placed, BUDGET, 'what an authorizer needs'));
  },
};
