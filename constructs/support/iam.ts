import { defined } from '../../lambdas/lib/defined';
import { escapeTerraform } from './terraform-text';

/** One statement of an IAM policy. */
export interface PolicyStatement {
  /** @default - the statement has no id */
  readonly sid?: string;
  /** @default "Allow" */
  readonly effect?: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** @default - the statement holds without a condition */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One statement of a resource policy, which also names its principal. */
export interface ResourcePolicyStatement extends PolicyStatement {
  /** For example `{ Service: 'logs.eu-central-1.amazonaws.com' }`. */
  readonly principal: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Renders an IAM policy as plain JSON. String tokens are kept; a literal `${aws:username}` is escaped for Terraform.
 *
 * @throws {Error} for an empty statement, and for `Allow` of every action
 */
export function policyDocument(statements: readonly (PolicyStatement | ResourcePolicyStatement)[]): string {
  return escapeTerraform(JSON.stringify({ Version: '2012-10-17', Statement: statements.map(renderStatement) }));
}

/** Renders the trust policy of a role that an AWS service assumes, for example `lambda.amazonaws.com`. */
export function assumeRolePolicy(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
}

/**
 * Condition under which a KMS key is used through the named AWS services only, for example `dynamodb`.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function kmsViaService(region: string, ...services: string[]): NonNullable<PolicyStatement['conditions']> {
  const values = services.map((service) => `${service}.${region}.amazonaws.com`);
  return { StringEquals: { 'kms:ViaService': single(values) } };
}

function renderStatement(statement: PolicyStatement | ResourcePolicyStatement): Record<string, unknown> {
  const { sid, effect = 'Allow', actions, resources, conditions } = statement;
  if (actions.length === 0 || resources.length === 0) {
    throw new Error(
      `policy statement has ${actions.length} actions and ${resources.length} resources, allowed is at least one of each`,
    );
  }
  if (effect === 'Allow' && !('principal' in statement) && actions.some((action) => action === '*')) {
    throw new Error('policy statement allows the action "*", allowed are named actions');
  }
  return {
    ...defined({ Sid: sid }),
    Effect: effect,
    ...('principal' in statement ? { Principal: statement.principal } : {}),
    Action: single(actions),
    Resource: single(resources),
    ...defined({ Condition: conditions }),
  };
}

/** IAM stores a list of one as the bare value. */
function single(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}
