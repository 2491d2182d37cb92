import { arrayOf, isObject, type Json, stringsOf } from '../json';
import { join } from '../model/joins';
import { parseKnownJson } from '../model/symbolic-json';
import type { AuditModel, Policy, PolicyStatement } from '../model/types';
import type { Resource } from '../reader/stack';
import type { Rule, RuleFinding } from './rule';
import { resourceAt } from './shared/addresses';
import type { Judgement } from './shared/resources';
import { aboutPolicy, allowing, matchesAction, quoted } from './shared/statements';

/** Services whose actions read data, use credentials or give rights. */
const SENSITIVE = /^(apigateway|dynamodb|execute-api|iam|kms|lambda|rds|s3|secretsmanager|sns|sqs|ssm|sts|\*)/i;

/** What a role may do does not grow unseen. */
export const iam003: Rule = {
  id: 'IAM-003',
  title: 'New access to data, credentials or rights',
  why: 'A policy of a role that is already in use allows more than before, in the middle of a document that the plan shows as one changed text.',
  cause: 'A feature needs it, or a wildcard took in more than was meant.',
  fix: 'Have it reviewed; where it is meant, waive it with the ticket of the feature.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html'],
  check: (model) => model.policies.flatMap((policy) => judgePolicy(model, policy)),
};

/** An action on a resource, for a principal where the policy is that of a resource. */
interface Grant {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

function judgePolicy(_: AuditModel, policy: Policy): RuleFinding[] {
  const carrier = resourceAt(policy.stack, policy.address);
  if (carrier === undefined || policy.attribute.startsWith('inline_policy') || policy.attribute.startsWith('body')) {
    return [];
  }
  const before = grantsBefore(policy, carrier);
  if (before === 'new') {
    return [];
  }
  const [verdict, message] = compare(policy, before);
  return [{ ...aboutPolicy(policy), attribute: policy.attribute, verdict, message, evidence: 'new access' }];
}

/** What was allowed before: nothing where the policy is new for a role that was there; `new` where all is. */
function grantsBefore(policy: Policy, carrier: Resource): readonly Grant[] | 'new' | 'unreadable' {
  if (carrier.before === undefined) {
    const role = join(policy.stack, carrier, carrier.attributes, 'role', ['aws_iam_role'], ['id', 'name']);
    return role.kind === 'resource' && role.resource.before !== undefined ? [] : 'new';
  }
  const text = carrier.before.string(policy.attribute);
  if (text.kind !== 'known') {
    return [];
  }
  const document = parseKnownJson(text.value)?.document;
  const list = isObject(document) ? document.Statement : undefined;
  return document === undefined ? 'unreadable' : (isObject(list) ? [list] : arrayOf(list)).flatMap(grantsOf);
}

function grantsOf(statement: Json): Grant[] {
  if (!isObject(statement) || statement.Effect !== 'Allow') {
    return [];
  }
  const actions = stringsOf(statement.Action) ?? ['*'];
  const resources = stringsOf(statement.Resource) ?? ['*'];
  const principals = principalTexts(statement.Principal);
  return principals.flatMap((principal) =>
    actions.flatMap((action) => resources.map((resource) => ({ principal, action, resource }))),
  );
}

function principalTexts(principal: Json | undefined): string[] {
  if (!isObject(principal)) {
    return stringsOf(principal) ?? [''];
  }
  return Object.values(principal).flatMap((ids) => stringsOf(ids) ?? []);
}

function compare(policy: Policy, before: readonly Grant[] | 'unreadable'): Judgement {
  if (policy.statements.kind !== 'known' || before === 'unreadable') {
    return ['unknown', 'whether it allows more than before is not known: it cannot be read'];
  }
  const fresh = new Set<string>();
  let open = false;
  for (const statement of allowing(policy)) {
    for (const grant of grantsAfter(statement)) {
      if (SENSITIVE.test(grant.action) && !before.some((old) => covers(old, grant))) {
        open ||= grant.resource.includes('${');
        fresh.add(grant.action);
      }
    }
  }
  if (fresh.size === 0) {
    return ['pass', 'it allows no more than before'];
  }
  const actions = policy.statements.sensitive ? 'actions' : quoted([...fresh].sort());
  return open && before.length > 0
    ? ['unknown', `whether it allows ${actions} on more than before is not known`]
    : ['fail', `it allows ${actions}, which it did not before`];
}

function grantsAfter(statement: PolicyStatement): Grant[] {
  const actions = statement.actions?.map(({ text }) => text) ?? ['*'];
  const resources = statement.resources?.map(({ text }) => text) ?? ['*'];
  const principals = statement.principals?.map(({ id }) => id.text) ?? [''];
  return principals.flatMap((principal) =>
    actions.flatMap((action) => resources.map((resource) => ({ principal, action, resource }))),
  );
}

function covers(old: Grant, grant: Grant): boolean {
  return (
    (old.principal === grant.principal || old.principal === '*') &&
    matchesAction(old.action, grant.action) &&
    matchesAction(old.resource, grant.resource)
  );
}
