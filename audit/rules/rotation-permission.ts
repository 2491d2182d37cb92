import type { AuditModel } from '../model/types';
import { is } from '../three-valued';
import type { Rule } from './rule';
import { Functions, type FunctionTarget } from './shared/functions';
import { finding, isSet, type Judgement, type Placed, resourcesOf } from './shared/resources';
import { rotators } from './shared/rotations';

/** Secrets Manager may invoke the rotation function, and only for this account. */
export const rotationPermission: Rule = {
  id: 'ROT-003',
  title: 'Rotation function that Secrets Manager may not invoke, or for anybody',
  why: 'Without the permission the rotation cannot be set up. Without a source account other accounts can have their secrets rotated by it.',
  cause: 'The permission was forgotten, or source_account was left out as many examples do.',
  fix: 'Add aws_lambda_permission for secretsmanager.amazonaws.com with source_account, or source_arn of the secret.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  ],
  check: (model) => {
    const functions = new Functions(model);
    return rotators(model).map(({ rotation, target }) => {
      const answer: Judgement =
        target.kind !== 'known'
          ? ['unknown', `its function is ${target.kind === 'unknown' ? target.cause : 'not set'}`]
          : judge(model, functions, target.value);
      return finding(rotation, 'rotation_lambda_arn', answer);
    });
  },
};

function judge(model: AuditModel, functions: Functions, { name, placed }: FunctionTarget): Judgement {
  const own = permissionsOf(model, functions, name);
  const principals = own.map(({ resource }) => resource.attributes.string('principal'));
  const granting = own.filter((_, index) =>
    is(principals[index] ?? { kind: 'absent' }, 'secretsmanager.amazonaws.com'),
  );
  if (granting.length === 0) {
    return placed === undefined || principals.some(({ kind }) => kind === 'unknown')
      ? ['unknown', 'its function, or who may invoke it, is not in what was read']
      : ['fail', 'Secrets Manager may not invoke its function'];
  }
  return granting.every(
    ({ resource: { attributes } }) => isSet(attributes, 'source_account') || isSet(attributes, 'source_arn'),
  )
    ? ['pass', 'Secrets Manager may invoke its function for this account']
    : ['fail', 'Secrets Manager may invoke its function for every account: source_account is not set'];
}

function permissionsOf(model: AuditModel, functions: Functions, name: string): Placed[] {
  return resourcesOf(model, 'aws_lambda_permission').filter((placed) => {
    const target = functions.target(placed, 'function_name');
    return target.kind === 'known' && target.value.name === name;
  });
}
