import type { AuditModel } from '../model/types';
import type { RulePolicy } from './policy';
import type { Rule, RuleFinding } from './rule';
import { relax } from './shared/environment';
import { booleanOf, finding, judge, resourcesOf, textOf } from './shared/resources';

/** Types whose service refuses to delete what is protected, and the attribute for it. */
const FLAGS = [
  ['aws_dynamodb_table', 'deletion_protection_enabled', true],
  ['aws_db_instance', 'deletion_protection', true],
  ['aws_rds_cluster', 'deletion_protection', true],
  ['aws_s3_bucket', 'force_destroy', false],
] as const;

/** AWS itself refuses to delete what must not be deleted. */
export const protectionMissing: Rule = {
  id: 'STATE-005',
  title: 'Stateful resource without protection',
  why: 'One wrong plan, script or console click deletes it, and AWS does not ask back.',
  cause: 'Deletion protection is off by default; force_destroy was set so that tests can clean up.',
  fix: 'Set deletion_protection_enabled (deletion_protection) to true, force_destroy to false.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-6'],
  check: (model, policy) => [...flags(model, policy), ...pools(model, policy)],
};

const message = (_: unknown, passed: boolean) => (passed ? 'it is protected' : 'nothing protects it from deletion');

function flags(model: AuditModel, policy: RulePolicy): RuleFinding[] {
  return FLAGS.flatMap(([type, attribute, safe]) =>
    resourcesOf(model, type).map((placed) => {
      const value = booleanOf(placed.resource.attributes, attribute);
      return finding(
        placed,
        attribute,
        relax(
          placed,
          policy,
          judge(attribute, value, false, (on) => on === safe, message),
        ),
      );
    }),
  );
}

function pools(model: AuditModel, policy: RulePolicy): RuleFinding[] {
  return resourcesOf(model, 'aws_cognito_user_pool').map((placed) => {
    const value = textOf(placed.resource.attributes, 'deletion_protection');
    const answer = judge('deletion_protection', value, 'INACTIVE', (text) => text === 'ACTIVE', message);
    return finding(placed, 'deletion_protection', relax(placed, policy, answer));
  });
}
