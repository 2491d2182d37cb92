import { join } from '../../model/joins';
import type { AuditModel, Policy } from '../../model/types';
import { unknown, type Value } from '../../three-valued';
import type { Placed } from './resources';

const ROLE = 'aws_iam_role';

/** The identity policies of a role: inline, and managed ones that the plan attaches. */
export interface RolePolicies {
  readonly role: Placed;
  readonly policies: readonly Policy[];
  /** Managed policies that are attached and not in the plan, by ARN, and attachments that cannot be told. */
  readonly outside: readonly string[];
}

/** The role of a function, with its policies. */
export function rolePolicies(model: AuditModel, { stack, resource }: Placed): Value<RolePolicies> {
  const joined = join(stack, resource, resource.attributes, 'role', [ROLE], ['arn', 'id']);
  if (joined.kind !== 'resource' || joined.resource.mode !== 'managed') {
    return unknown(joined.kind === 'unknown' ? joined.cause : 'a role that is not in the plan');
  }
  const role = joined.resource;
  const roleName = role.attributes.string('name');
  const isRole = (carrier: (typeof stack.resources)[number], attribute: string): boolean => {
    const target = join(stack, carrier, carrier.attributes, attribute, [ROLE], ['id', 'name']);
    return (
      (target.kind === 'resource' && target.resource === role) ||
      (target.kind === 'external' && roleName.kind === 'known' && target.id.value === roleName.value)
    );
  };
  const carriers = new Set<string>([role.address]);
  for (const carrier of stack.ofType('aws_iam_role_policy')) {
    if (isRole(carrier, 'role')) {
      carriers.add(carrier.address);
    }
  }
  const outside: string[] = [];
  for (const attachment of stack.ofType('aws_iam_role_policy_attachment')) {
    if (isRole(attachment, 'role')) {
      const policy = join(stack, attachment, attachment.attributes, 'policy_arn', ['aws_iam_policy'], ['arn', 'id']);
      if (policy.kind === 'resource' && policy.resource.mode === 'managed') {
        carriers.add(policy.resource.address);
      } else {
        outside.push(policy.kind === 'external' ? policy.id.value : attachment.address);
      }
    }
  }
  const policies = model.policies.filter(
    (policy) => policy.stack === stack && policy.kind === 'identity' && carriers.has(policy.address),
  );
  return { kind: 'known', value: { role: { stack, resource: role }, policies, outside }, sensitive: false };
}
