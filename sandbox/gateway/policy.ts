import { type Condition, type ConditionInput, compileConditions, PolicyError } from './policy-conditions';

export { PolicyError } from './policy-conditions';

export interface PolicyInput extends ConditionInput {
  /** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<real path>`. */
  readonly methodArn: string;
}

export type Verdict = 'allow' | 'explicitDeny' | 'implicitDeny';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly matches: (methodArn: string) => boolean;
  readonly conditions: readonly Condition[];
}

/** Longest entry of `Resource` and `NotResource`, in characters (quotas of REST APIs). */
const MAX_RESOURCE_LENGTH = 512;

/** An authorizer's policy, ready to be evaluated for each request. */
export class Policy {
  private constructor(private readonly statements: readonly Statement[]) {}

  /**
   * Compiles a policy document.
   *
   * @throws {PolicyError} for everything that the sandbox cannot evaluate: an element, condition operator or key it does
   *   not know, a policy variable, an empty list; and for a resource that is too long
   */
  static parse(document: unknown): Policy {
    const policy = record(document, 'policyDocument');
    checkKeys(policy, ['Version', 'Id', 'Statement'], 'policyDocument');
    if (policy.Version !== undefined && policy.Version !== '2012-10-17' && policy.Version !== '2008-10-17') {
      throw new PolicyError(`policy version is ${JSON.stringify(policy.Version)}, allowed is "2012-10-17"`);
    }
    const statements: unknown[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
    if (statements.length === 0) {
      throw new PolicyError('policy has no statement');
    }
    return new Policy(statements.map(compileStatement));
  }

  /** Default deny; an explicit Deny wins over every Allow. */
  evaluate(input: PolicyInput): Verdict {
    let verdict: Verdict = 'implicitDeny';
    for (const statement of this.statements) {
      const applies = statement.matches(input.methodArn) && statement.conditions.every((condition) => condition(input));
      if (!applies) {
        continue;
      }
      if (statement.effect === 'Deny') {
        return 'explicitDeny';
      }
      verdict = 'allow';
    }
    return verdict;
  }
}

/** Whether a pattern of an ARN covers it: `*` is any text, `/` included, and `?` one character. */
export function arnMatches(pattern: string, arn: string): boolean {
  return compilePattern(pattern).test(arn);
}

function compileStatement(value: unknown): Statement {
  const statement = record(value, 'Statement');
  checkKeys(statement, ['Sid', 'Effect', 'Action', 'Resource', 'NotResource', 'Condition'], 'Statement');
  const { Effect: effect, Resource: resource, NotResource: notResource } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`Effect is ${JSON.stringify(effect)}, allowed are "Allow" and "Deny"`);
  }
  if ((resource === undefined) === (notResource === undefined)) {
    throw new PolicyError('statement needs exactly one of Resource and NotResource');
  }
  const invokes = texts(statement.Action, 'Action').some((action) =>
    // Actions are not case-sensitive (IAM user guide).
    compilePattern(action.toLowerCase()).test('execute-api:invoke'),
  );
  const conditions = compileConditions(statement.Condition);
  const patterns = texts(resource ?? notResource, resource === undefined ? 'NotResource' : 'Resource').map((text) => {
    if (text.length > MAX_RESOURCE_LENGTH) {
      throw new PolicyError(`a resource is ${text.length} characters long, allowed are ${MAX_RESOURCE_LENGTH}`);
    }
    if (text.includes('${')) {
      throw new PolicyError(`resource ${JSON.stringify(text)} has a policy variable`);
    }
    return compilePattern(text);
  });
  const listed = (methodArn: string): boolean => patterns.some((pattern) => pattern.test(methodArn));
  const matches = !invokes ? () => false : resource === undefined ? (arn: string) => !listed(arn) : listed;
  return { effect, matches, conditions };
}

function compilePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError(`${what} is ${value === undefined ? 'missing' : JSON.stringify(value)}, expected an object`);
  }
  return value as Record<string, unknown>;
}

function checkKeys(value: Record<string, unknown>, allowed: readonly string[], what: string): void {
  const unknown = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown !== undefined) {
    throw new PolicyError(`${what} has ${JSON.stringify(unknown)}, allowed are ${allowed.join(', ')}`);
  }
}

function texts(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item): item is string => typeof item === 'string' && item !== '')) {
    throw new PolicyError(`${what} is ${value === undefined ? 'missing' : JSON.stringify(value)}, expected texts`);
  }
  return list;
}
