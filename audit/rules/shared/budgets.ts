import type { AuditModel, PolicyStatement } from '../../model/types';
import type { RuleFinding } from '../rule';
import { finding, type Placed } from './resources';
import { rolePolicies } from './roles';
import { allowing, isWideResource, quoted } from './statements';

/**
 * Compares what the role of a function allows with a budget of actions.
 *
 * @param budget actions in full, or a beginning such as `logs:`
 * @param purpose what the budget is for, for messages
 */
export function budgetFindings(
  model: AuditModel,
  placed: Placed,
  budget: readonly string[],
  purpose: string,
): RuleFinding[] {
  const role = rolePolicies(model, placed);
  if (role.kind !== 'known') {
    return [
      finding(placed, 'role', ['unknown', `what it may do is ${role.kind === 'unknown' ? role.cause : 'not set'}`]),
    ];
  }
  const { policies, outside } = role.value;
  const beyond = new Set<string>();
  let open =
    outside.filter(
      (arn) => !/service-role\/AWSLambda(Basic|VPCAccess)ExecutionRole$|AWSXRayDaemonWriteAccess$/.test(arn),
    ).length > 0;
  for (const policy of policies) {
    open ||= policy.statements.kind !== 'known' || policy.statements.sensitive;
    for (const statement of allowing(policy)) {
      open ||= (statement.actions ?? []).some(({ symbolic }) => symbolic === 'anything');
      for (const action of outsideBudget(statement, budget)) {
        beyond.add(action);
      }
    }
  }
  if (beyond.size > 0) {
    return [finding(placed, 'role', ['fail', `its role allows ${quoted([...beyond].sort())}, beyond ${purpose}`])];
  }
  return [
    finding(
      placed,
      'role',
      open ? ['unknown', 'a policy of its role cannot be read'] : ['pass', `its role allows nothing beyond ${purpose}`],
    ),
  ];
}

/** Actions of a statement that no entry of the budget covers; a wildcard is covered by a beginning alone. */
function outsideBudget(statement: PolicyStatement, budget: readonly string[]): string[] {
  if (statement.notActions !== undefined) {
    return ['NotAction'];
  }
  const allowed = budget.map((entry) => entry.toLowerCase());
  return (statement.actions ?? [])
    .filter(({ symbolic }) => symbolic !== 'anything')
    .filter(({ text }) => {
      const action = text.toLowerCase();
      const covered = allowed.some((entry) => (entry.endsWith(':') ? action.startsWith(entry) : action === entry));
      // It reads no secret, and IAM knows no resource for it.
      const isOfSecrets = action.startsWith('secretsmanager:') && action !== 'secretsmanager:getrandompassword';
      const ownSecrets = !isOfSecrets || !wideSecrets(statement);
      return !covered || !ownSecrets;
    })
    .map(({ text }) => text);
}

/** A function whose budget holds secrets has its own, not all of the account. */
function wideSecrets({ resources }: PolicyStatement): boolean {
  return (resources ?? []).some(({ text, symbolic }) => symbolic !== 'anything' && isWideResource(text));
}
