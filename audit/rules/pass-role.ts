import type { Policy, PolicyStatement } from '../model/types';
import type { Rule } from './rule';
import { allowedOf, checkStatements, resourceWidth, type StatementAnswer } from './shared/statements';
import { isWideAction } from './shared/wide-actions';

/** A role is passed to a service by name. */
export const passRole: Rule = {
  id: 'IAM-008',
  title: 'Any role may be passed',
  why: 'Who may pass every role to a service runs code with the most powerful of them.',
  cause: 'iam:PassRole on "*" in a deployment policy.',
  fix: 'Name the roles that may be passed, and the services by iam:PassedToService.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  check: (model) =>
    checkStatements(model, ({ kind }) => kind === 'identity', judge, 'no role, or named roles, may be passed'),
};

function judge(_: Policy, statement: PolicyStatement): StatementAnswer[] {
  const actions = (statement.actions ?? []).filter(({ text }) => !isWideAction(text));
  if (allowedOf({ ...statement, actions, notActions: undefined }, ['iam:PassRole']).length === 0) {
    return [];
  }
  switch (resourceWidth(statement)) {
    case 'named':
      return [];
    case 'wide':
      return [{ verdict: 'fail', element: 'Resource', detail: 'allows iam:PassRole for every role' }];
    case 'unknown':
      return [{ verdict: 'unknown', element: 'Resource', detail: 'allows iam:PassRole for a role that is not known' }];
  }
}
