import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Lazy, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { ConstructError } from './errors';
import { type PolicyStatement, policyDocument } from './iam';

type PolicyId = 'Policy' | 'ReferencePolicy';

/** How the inline policies of a role are called. */
export interface RolePolicyNames {
  /** Policy of literal statements. */
  readonly plain: string;
  /** Policy of the statements that refer to attributes of other resources. */
  readonly references: string;
}

/**
 * The inline policies of one role, rendered when the stack is synthesized with what was granted until then.
 *
 * Statements that refer to attributes of other resources go into a policy of their own: one such reference makes a whole
 * policy unreadable in a plan.
 */
export class RolePolicies {
  private readonly statements = new Map<PolicyId, PolicyStatement[]>();
  private readonly policies = new Map<PolicyId, IamRolePolicy>();
  private readonly granted = new Set<string>();

  /** @param added called with each policy when it is made */
  constructor(
    private readonly scope: Construct,
    private readonly roleName: string,
    private readonly names: RolePolicyNames,
    private readonly added: (policy: IamRolePolicy) => void = () => undefined,
  ) {}

  /**
   * Adds a statement and returns the policy that holds it. What a role may do already is not said twice, and a second statement
   * of the same id gets a number: IAM refuses a policy whose ids are not unique.
   *
   * @throws {ConstructError} for a statement without actions or resources, and for `Allow` of every action
   */
  add(statement: PolicyStatement): IamRolePolicy {
    const text = this.render(statement);
    const id: PolicyId = Token.isUnresolved(text) ? 'ReferencePolicy' : 'Policy';
    const statements = this.statements.get(id) ?? [];
    this.statements.set(id, statements);
    if (!this.granted.has(text)) {
      this.granted.add(text);
      statements.push(withUniqueSid(statement, statements));
    }
    return this.policies.get(id) ?? this.attach(id, statements);
  }

  private render(statement: PolicyStatement): string {
    try {
      return policyDocument([statement]);
    } catch (error) {
      throw new ConstructError((error as Error).message, this.scope);
    }
  }

  private attach(id: PolicyId, statements: readonly PolicyStatement[]): IamRolePolicy {
    const policy = new IamRolePolicy(this.scope, id, {
      name: id === 'Policy' ? this.names.plain : this.names.references,
      role: this.roleName,
      policy: Lazy.stringValue({ produce: () => policyDocument(statements) }),
    });
    this.policies.set(id, policy);
    this.added(policy);
    return policy;
  }
}

function withUniqueSid(statement: PolicyStatement, others: readonly PolicyStatement[]): PolicyStatement {
  const { sid } = statement;
  if (sid === undefined) {
    return statement;
  }
  const taken = new Set(others.map((other) => other.sid));
  let unique = sid;
  for (let number = 2; taken.has(unique); number += 1) {
    unique = `${sid}${number}`;
  }
  return { ...statement, sid: unique };
}
