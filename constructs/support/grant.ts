import { dependable, type ITerraformDependable, type TerraformResource } from 'cdktf';
import type { PolicyStatement } from './iam';

/** Something with a role that can be granted permissions, such as a `NodeFunction` or a role that exists already (`RoleRef`). */
export interface IGrantee {
  /**
   * Adds a statement to the role's permissions.
   *
   * @returns the policy that the statement is a part of, for whatever has to wait for it; `undefined` where there is nothing
   *   to wait for
   */
  addToRolePolicy(statement: PolicyStatement): ITerraformDependable | undefined;
}

/** What was granted to whom. */
export class Grant {
  /**
   * Grants what the statements allow.
   *
   * @throws {ConstructError} for a statement without actions or resources, and for `Allow` of every action
   */
  static addToRole(grantee: IGrantee, ...statements: readonly PolicyStatement[]): Grant {
    const policies = new Set<ITerraformDependable>();
    for (const statement of statements) {
      const policy = grantee.addToRolePolicy(statement);
      if (policy !== undefined) {
        policies.add(policy);
      }
    }
    return new Grant(grantee, statements, [...policies]);
  }

  private constructor(
    readonly grantee: IGrantee,
    readonly statements: readonly PolicyStatement[],
    /** Policies that hold the statements, for `dependsOn` of a resource that needs the permission when it is made. */
    readonly policies: readonly ITerraformDependable[],
  ) {}

  /** Lets resources that exist in the tree already wait for the permission. */
  applyBefore(...resources: readonly TerraformResource[]): void {
    for (const resource of resources) {
      resource.dependsOn = [...(resource.dependsOn ?? []), ...this.policies.map(dependable)];
    }
  }

  /** This grant and others of the same grantee as one. */
  combine(...others: readonly Grant[]): Grant {
    const all = [this, ...others];
    return new Grant(
      this.grantee,
      all.flatMap(({ statements }) => statements),
      [...new Set(all.flatMap(({ policies }) => policies))],
    );
  }
}
