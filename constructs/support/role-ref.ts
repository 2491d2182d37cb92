import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { ConstructError } from './errors';
import type { IGrantee } from './grant';
import type { PolicyStatement } from './iam';
import { RolePolicies } from './role-policies';

/**
 * A role that exists already, made elsewhere, which is granted permissions by inline policies of this stack.
 *
 * The policies are called `gatehouse-<id>` after the construct: one role may be referred to by several stacks under different ids.
 */
export class RoleRef extends Construct implements IGrantee {
  /**
   * Refers to a role by its name, without its path.
   *
   * @throws {ConstructError} for a name that IAM does not take
   */
  static fromRoleName(scope: Construct, id: string, roleName: string): RoleRef {
    return new RoleRef(scope, id, roleName);
  }

  private readonly policies: RolePolicies;

  private constructor(
    scope: Construct,
    id: string,
    readonly roleName: string,
  ) {
    super(scope, id);
    if (!Token.isUnresolved(roleName) && !/^[\w+=,.@-]{1,64}$/.test(roleName)) {
      throw new ConstructError(
        `roleName is ${JSON.stringify(roleName)}, allowed are 1 to 64 of A-Z a-z 0-9 _ + = , . @ -`,
        this,
      );
    }
    const plain = `gatehouse-${id.replace(/[^\w+=,.@-]/g, '-')}`;
    this.policies = new RolePolicies(this, roleName, { plain, references: `${plain}-references` });
  }

  /**
   * Adds a statement to the role's permissions.
   *
   * @throws {ConstructError} for a statement without actions or resources, and for `Allow` of every action
   */
  addToRolePolicy(statement: PolicyStatement): IamRolePolicy {
    return this.policies.add(statement);
  }
}
