import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { budgetFindings } from './shared/budgets';
import type { Placed } from './shared/resources';
import { rotators } from './shared/rotations';

/** What a rotation function does with Secrets Manager, on its own secret. */
const SECRETS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetRandomPassword',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** Services whose use is the rotation's target, and differs by the kind of secret. */
const TARGETS = [
  'apigateway:',
  'cognito-idp:',
  'dynamodb:',
  'execute-api:',
  'kms:',
  'rds:',
  'redshift:',
  'ses:',
  'iam:',
];

/** Nothing but the target, logs, traces, metrics and a place in a network. */
const ALWAYS = [
  'logs:',
  'xray:',
  'cloudwatch:PutMetricData',
  'ec2:',
  'sqs:SendMessage',
  'sns:Publish',
  'events:PutEvents',
];

/** A rotation function rotates its own secret. */
export const rotationRights: Rule = {
  id: 'ROT-004',
  title: 'Rotation function with more rights than rotation needs',
  why: 'The function holds new credentials in clear. One that also deletes secrets, or reads other stores, turns a mistake in it into an incident.',
  cause: 'A secretsmanager:* policy, or the role of another function, was used again.',
  fix: 'Grant DescribeSecret, GetSecretValue, PutSecretValue and UpdateSecretVersionStage on the secret, and what the target needs.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  ],
  check: (model: AuditModel): RuleFinding[] => {
    const found = rotators(model).flatMap(({ target }): Placed[] =>
      target.kind === 'known' && target.value.placed !== undefined ? [target.value.placed] : [],
    );
    return [...new Set(found)].flatMap((placed) =>
      budgetFindings(model, placed, [...SECRETS, ...TARGETS, ...ALWAYS], 'the rotation of a secret'),
    );
  },
};
