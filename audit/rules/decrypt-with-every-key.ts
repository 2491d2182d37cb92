import type { Policy, PolicyStatement } from '../model/types';
import type { Rule } from './rule';
import { allowedOf, checkStatements, resourceWidth, type StatementAnswer } from './shared/statements';
import { isWideAction } from './shared/wide-actions';

const DECRYPTING = ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant'];

/** A function decrypts with its own key. */
export const decryptWithEveryKey: Rule = {
  id: 'IAM-009',
  title: 'Decryption with every key',
  why: 'The key that protects a secret protects it from nobody who may decrypt with all keys.',
  cause: 'kms:Decrypt on "*" or key/*, because the id of the key was not known.',
  fix: 'Name the ARN of the key, or bind the statement by kms:ViaService or kms:EncryptionContext.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html'],
  check: (model) =>
    checkStatements(model, ({ kind }) => kind === 'identity', judge, 'it decrypts with named keys, or with none'),
};

function judge(_: Policy, statement: PolicyStatement): StatementAnswer[] {
  const actions = (statement.actions ?? []).filter(({ text }) => !isWideAction(text));
  if (
    statement.conditions.length > 0 ||
    allowedOf({ ...statement, actions, notActions: undefined }, DECRYPTING).length === 0
  ) {
    return [];
  }
  switch (resourceWidth(statement)) {
    case 'named':
      return [];
    case 'wide':
      return [{ verdict: 'fail', element: 'Resource', detail: 'decrypts with every key, without a condition' }];
    case 'unknown':
      return [{ verdict: 'unknown', element: 'Resource', detail: 'decrypts with a key that is not known' }];
  }
}
