import type { Policy, PolicyStatement } from '../model/types';
import type { Rule } from './rule';
import {
  allowedOf,
  checkStatements,
  hasUnknownAction,
  quoted,
  resourceWidth,
  type StatementAnswer,
} from './shared/statements';
import { isWideAction } from './shared/wide-actions';

/** Actions that give their holder more rights than it has. */
const ESCALATING = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PutGroupPolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:PutUserPermissionsBoundary',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
];

/** Actions that run one's own code with the rights of any function, where they are for every resource. */
const TAKING_OVER = ['lambda:AddPermission', 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'];

/** Nobody can give himself rights. */
export const privilegeEscalation: Rule = {
  id: 'IAM-005',
  title: 'Privilege escalation',
  why: 'With one of these actions the holder gives himself every right of the account, whatever else the policy says.',
  cause: 'A deployment role, or a function that manages roles for others, got the actions for every resource.',
  fix: 'Remove the actions, or name the roles and bind them by a permissions boundary (iam:PermissionsBoundary).',
  severity: 'critical',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html'],
  check: (model) =>
    checkStatements(model, ({ kind }) => kind === 'identity', judge, 'it allows no action that widens its own rights'),
};

function judge(_: Policy, statement: PolicyStatement): StatementAnswer[] {
  if (statement.conditions.length > 0) {
    return [];
  }
  // A wildcard action is IAM-001's.
  const named = {
    ...statement,
    actions: (statement.actions ?? []).filter(({ text }) => !isWideAction(text)),
    notActions: undefined,
  };
  const width = resourceWidth(statement);
  const found = [...allowedOf(named, ESCALATING), ...(width === 'named' ? [] : allowedOf(named, TAKING_OVER))];
  if (found.length > 0) {
    return [
      {
        verdict: 'fail',
        element: 'Action',
        detail: `allows ${quoted(found)} without a condition`,
        plainDetail: 'allows an action that widens its own rights, without a condition',
      },
    ];
  }
  return hasUnknownAction(statement)
    ? [{ verdict: 'unknown', element: 'Action', detail: 'allows an action that is not known' }]
    : [];
}
