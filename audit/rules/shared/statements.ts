import type { AuditModel, Policy, PolicyPrincipal, PolicyStatement, PolicyText } from '../../model/types';
import type { Verdict } from '../../three-valued';
import type { RuleFinding } from '../rule';

/** The parts of a finding that name a policy. */
export function aboutPolicy(policy: Policy): Pick<RuleFinding, 'stack' | 'address' | 'constructPath'> {
  return { stack: policy.stack.name, address: policy.address, constructPath: policy.constructPath };
}

/** The statements that grant something, or may: those with an effect that is not known too. None of a policy that is not known. */
export function allowing(policy: Policy): readonly PolicyStatement[] {
  return policy.statements.kind === 'known'
    ? policy.statements.value.filter(({ effect }) => effect.text !== 'Deny')
    : [];
}

/** What one statement does wrong, or what about it cannot be told. */
export interface StatementAnswer {
  readonly verdict: Exclude<Verdict, 'pass'>;
  /** Element of the statement: Action, Resource, Principal. */
  readonly element: string;
  /** Follows "the identity policy"; holds texts of the policy. */
  readonly detail: string;
  /** The same without a text of the policy, for sensitive ones. @default - detail, which then holds none */
  readonly plainDetail?: string;
}

/**
 * Asks each granting statement of each readable policy. A policy that nothing is said of passes; one that cannot be read at all
 * is not answered for here: IAM-010 tells of it.
 */
export function checkStatements(
  model: AuditModel,
  applies: (policy: Policy) => boolean,
  ask: (policy: Policy, statement: PolicyStatement) => readonly StatementAnswer[],
  passMessage: string | ((policy: Policy) => string),
): RuleFinding[] {
  return model.policies
    .filter((policy) => policy.statements.kind === 'known' && applies(policy))
    .flatMap((policy) => {
      const sensitive = policy.statements.kind === 'known' && policy.statements.sensitive;
      const findings = allowing(policy).flatMap((statement) =>
        ask(policy, statement).map(
          ({ verdict, element, detail, plainDetail }): RuleFinding => ({
            ...aboutPolicy(policy),
            attribute: `${policy.attribute} ${statement.label} ${element}`,
            verdict,
            message: `the ${policy.kind} policy ${sensitive ? (plainDetail ?? detail) : detail}`,
            evidence: element,
          }),
        ),
      );
      const passText = typeof passMessage === 'string' ? passMessage : passMessage(policy);
      return findings.length > 0
        ? findings
        : [{ ...aboutPolicy(policy), attribute: policy.attribute, verdict: 'pass' as const, message: passText }];
    });
}

/** True when a pattern of IAM (`*`, `?`) matches a text, as IAM matches action names: whatever their case. */
export function matchesAction(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}

/** Actions of a list that a statement allows; with `NotAction` all that it does not name. */
export function allowedOf(statement: PolicyStatement, actions: readonly string[]): string[] {
  const { notActions } = statement;
  if (notActions !== undefined) {
    return actions.filter((action) => !notActions.some(({ text }) => matchesAction(text, action)));
  }
  const patterns = (statement.actions ?? []).filter(({ symbolic }) => symbolic !== 'anything');
  return actions.filter((action) => patterns.some(({ text }) => matchesAction(text, action)));
}

/** True when an action of the statement may be anything. */
export function hasUnknownAction(statement: PolicyStatement): boolean {
  return (statement.actions ?? []).some(({ symbolic }) => symbolic === 'anything');
}

/**
 * Whether the resources of a statement are all of a kind: `*`, or an ARN whose name part is a wildcard. An ARN with a part that
 * is an attribute of a resource names that one; one that may be anything is unknown.
 */
export function resourceWidth(statement: PolicyStatement): 'wide' | 'named' | 'unknown' {
  if (statement.notResources !== undefined) {
    return 'wide';
  }
  const resources = statement.resources ?? [];
  if (resources.some((resource) => resource.symbolic !== 'anything' && isWideResource(resource.text))) {
    return 'wide';
  }
  return resources.some(({ symbolic }) => symbolic === 'anything') ? 'unknown' : 'named';
}

/** `*`, and ARNs such as `arn:aws:dynamodb:*:*:table/*` whose own part says nothing. */
export function isWideResource(resource: string): boolean {
  if (/^[*?]+$/.test(resource)) {
    return true;
  }
  const parts = resource.split(':');
  if (parts[0] !== 'arn') {
    return false;
  }
  if (parts.length < 6) {
    return resource.endsWith('*');
  }
  const own = parts.slice(5).join(':');
  // The kind (`table/`, `function:`) says nothing, the name behind it does; an API has its id first.
  const name =
    parts[2] === 's3' || parts[2] === 'execute-api' ? (own.split('/')[0] ?? '') : own.replace(/^[\w-]+[/:]/, '');
  return /^[*?/:]+$/.test(name);
}

/** `"a", "b"` for messages. */
export function quoted(texts: readonly (PolicyText | string)[]): string {
  return texts.map((text) => JSON.stringify(typeof text === 'string' ? text : text.text)).join(', ');
}

/** An ARN with an account or a name of its own in it cannot become `*`, whatever the placeholder stands for. */
export function isBoundPrincipal(id: PolicyPrincipal['id']): boolean {
  return /^arn:aws[\w-]*:(iam|sts)::/.test(id.text);
}
