import { type Comparison, comparesAllowed, comparesDenied, haveEffects } from '../change/policy-order';
import { join } from '../model/joins';
import type { AuditModel, Policy, PolicyStatement } from '../model/types';
import type { Value } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import { resourceAt } from './shared/addresses';
import type { Judgement } from './shared/resources';
import { aboutPolicy, quoted } from './shared/statements';

/** Services whose actions read data, use credentials or give rights. */
const SENSITIVE = /^(apigateway|dynamodb|execute-api|iam|kms|lambda|rds|s3|secretsmanager|sns|sqs|ssm|sts|\*|\$\{)/i;

/** What a role may do does not grow unseen. */
export const newAccess: Rule = {
  id: 'IAM-003',
  title: 'New access to data, credentials or rights',
  why: 'A policy that is already in use allows more than before, or denies less, in the middle of a document that the plan shows as one changed text.',
  cause: 'A feature needs it, a wildcard took in more than was meant, or a condition was dropped.',
  fix: 'Have it reviewed; where it is meant, waive it with the ticket of the feature.',
  severity: 'low',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html',
  ],
  check: (model) => [...changed(model), ...removed(model)],
};

/** Policies that a resource carries in one attribute: an inline policy has no name by which its older text could be found. */
interface Carried {
  readonly first: Policy;
  readonly statements: Value<readonly PolicyStatement[]>;
}

function changed(model: AuditModel): RuleFinding[] {
  const before = carried(model.before?.policies ?? []);
  const after = carried(model.policies);
  const answers = [...after].flatMap(([key, now]): RuleFinding[] => {
    const old = before.get(key)?.statements ?? (isNewWithItsHolder(now.first) ? undefined : NOTHING);
    return old === undefined ? [] : [answer(now.first, compare(now.statements, old))];
  });
  const emptied = [...before].flatMap(([key, { first, statements }]): RuleFinding[] => {
    const stack = model.stacks.find(({ name }) => name === first.stack.name);
    const carrier = stack === undefined || after.has(key) ? undefined : resourceAt(stack, first.address);
    // What the plan does not tell is not taken for gone.
    return stack === undefined || carrier?.attributes.value(rootOf(first.attribute)).kind !== 'absent'
      ? []
      : [answer({ ...first, stack }, compare(NOTHING, statements))];
  });
  return [...answers, ...emptied];
}

function rootOf(attribute: string): string {
  return attribute.split(/[.[ ]/)[0] ?? attribute;
}

const NOTHING: Value<readonly PolicyStatement[]> = { kind: 'known', value: [], sensitive: false };

/** What is new altogether is nobody's new access; a policy that is new for a role that is there gives all that it allows. */
function isNewWithItsHolder({ stack, address }: Policy): boolean {
  const carrier = resourceAt(stack, address);
  if (carrier === undefined || carrier.before !== undefined) {
    return carrier === undefined;
  }
  // A first policy of an API holds back callers, and lets nobody in.
  const holders = HOLDERS.filter(([argument]) => argument !== 'rest_api_id').flatMap(([argument, type, ids]) => {
    const holder = join(stack, carrier, carrier.attributes, argument, [type], ids);
    return holder.kind === 'resource' ? [holder.resource] : [];
  });
  return holders.every(({ before }) => before === undefined);
}

function isNew({ stack, address }: Policy): boolean {
  return resourceAt(stack, address)?.before === undefined;
}

/** A policy that goes takes its denials with it. */
function removed(model: AuditModel): RuleFinding[] {
  return [...carried(model.before?.policies ?? [])].flatMap(([, { first, statements }]): RuleFinding[] => {
    const stack = model.stacks.find(({ name }) => name === first.stack.name);
    const carrier = stack?.destroyed.find(({ address }) => address === first.address);
    // The policy of a resource that goes with it holds nothing back any more.
    if (stack === undefined || carrier === undefined || !/_policy$/.test(carrier.type)) {
      return [];
    }
    const holder = holderOf(model, first);
    if (holder !== undefined && stack.destroyed.some(({ address }) => address === holder)) {
      return [];
    }
    // Another resource may carry the document from now on.
    const successors = model.policies.filter(
      (policy) => policy.resourceType === first.resourceType && policy.stack === stack && isNew(policy),
    );
    const kept = successors.flatMap((policy) => (policy.statements.kind === 'known' ? policy.statements.value : []));
    const lost = statements.kind === 'known' ? comparesDenied(statements.value, kept, isSensitive) : undefined;
    if (lost === undefined || lost.within === 'yes') {
      return [];
    }
    return [
      answer(
        first,
        successors.length > 0
          ? ['unknown', `it is taken away; whether another policy denies ${named(lost, statements)} is not known`]
          : ['fail', `it is taken away, and no longer denies ${named(lost, statements)}`],
      ),
    ];
  });
}

/** Arguments by which a policy names what it is for. */
const HOLDERS: readonly (readonly [argument: string, type: string, ids: readonly string[]])[] = [
  ['role', 'aws_iam_role', ['id', 'name']],
  ['secret_arn', 'aws_secretsmanager_secret', ['arn', 'id']],
  ['bucket', 'aws_s3_bucket', ['id', 'bucket']],
  ['key_id', 'aws_kms_key', ['key_id', 'id', 'arn']],
  ['queue_url', 'aws_sqs_queue', ['id', 'url']],
  ['arn', 'aws_sns_topic', ['arn', 'id']],
  ['resource_arn', 'aws_dynamodb_table', ['arn']],
  ['rest_api_id', 'aws_api_gateway_rest_api', ['id']],
];

function holderOf(model: AuditModel, policy: Policy): string | undefined {
  const stack = model.before?.stacks.find(({ name }) => name === policy.stack.name);
  const carrier = stack === undefined ? undefined : resourceAt(stack, policy.address);
  if (stack === undefined || carrier === undefined) {
    return undefined;
  }
  for (const [argument, type, ids] of HOLDERS) {
    const holder = join(stack, carrier, carrier.attributes, argument, [type], ids);
    if (holder.kind === 'resource') {
      return holder.resource.address;
    }
  }
  return undefined;
}

function carried(policies: readonly Policy[]): Map<string, Carried> {
  const found = new Map<string, Carried>();
  for (const policy of policies) {
    const key = JSON.stringify([policy.stack.name, policy.address, policy.attribute.replace(/\[\d+\].*/, '')]);
    const other = found.get(key);
    const statements = other === undefined ? policy.statements : together(other.statements, policy.statements);
    found.set(key, { first: other?.first ?? policy, statements });
  }
  return found;
}

function together(
  one: Value<readonly PolicyStatement[]>,
  other: Value<readonly PolicyStatement[]>,
): Value<readonly PolicyStatement[]> {
  return one.kind === 'known' && other.kind === 'known'
    ? { kind: 'known', value: [...one.value, ...other.value], sensitive: one.sensitive || other.sensitive }
    : one.kind === 'known'
      ? other
      : one;
}

function isSensitive(action: string): boolean {
  return SENSITIVE.test(action);
}

function compare(now: Value<readonly PolicyStatement[]>, before: Value<readonly PolicyStatement[]>): Judgement {
  if (now.kind !== 'known' || before.kind !== 'known' || !haveEffects([...now.value, ...before.value])) {
    return ['unknown', 'whether it allows more than before is not known: it cannot be read'];
  }
  const allowed = comparesAllowed(now.value, before.value, isSensitive);
  const denied = comparesDenied(before.value, now.value, isSensitive);
  if (allowed.within === 'no') {
    const elsewhere = allowed.onlyElsewhere ? 'more widely than before' : 'which it did not before';
    return ['fail', `it allows ${named(allowed, now)}${allowed.onlyElsewhere ? ' ' : ', '}${elsewhere}`];
  }
  if (denied.within === 'no') {
    const elsewhere = denied.onlyElsewhere ? 'denies less of' : 'no longer denies';
    return ['fail', `it ${elsewhere} ${named(denied, before)}`];
  }
  if (allowed.within === 'unknown') {
    return ['unknown', `whether it allows ${named(allowed, now)} on more than before is not known`];
  }
  return denied.within === 'unknown'
    ? ['unknown', `whether it denies less of ${named(denied, before)} than before is not known`]
    : ['pass', 'it allows no more than before, and denies no less'];
}

/** Actions of a policy that is marked as sensitive are not told. */
function named({ actions }: Comparison, statements: Value<readonly PolicyStatement[]>): string {
  return statements.kind === 'known' && !statements.sensitive ? quoted(actions) : 'actions';
}

function answer(policy: Policy, [verdict, message]: Judgement): RuleFinding {
  return { ...aboutPolicy(policy), attribute: policy.attribute, verdict, message, evidence: 'new access' };
}
