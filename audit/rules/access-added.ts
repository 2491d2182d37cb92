import { WAYS, type Way } from '../change/guards';
import { linked } from '../change/links';
import { type ResourceChange, resourceChanges } from '../change/resource-changes';
import type { Stack } from '../reader/stack';
import type { Rule, RuleFinding } from './rule';
import { isToldElsewhere, ofRoutes } from './shared/changed-resources';
import { aboutResource, type Judgement } from './shared/resources';

/** A new way to what is there already is seen. */
export const accessAdded: Rule = {
  id: 'CHANGE-007',
  title: 'New way to what is there already',
  why: 'One more permission, grant, subscription or attachment lets somebody in beside all that was reviewed before.',
  cause: 'A feature needs it, or somebody prepares to come back later.',
  fix: 'Ask who it is for. Where it is meant, waive it with the ticket of the feature.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/permissions-management.html'],
  check: (model, policy) =>
    resourceChanges(model).flatMap((change) => {
      const way = change.kind === 'added' ? WAYS.get(change.resource.type) : undefined;
      return way === undefined || isToldElsewhere(model, policy, change) ? [] : answers(change, way);
    }),
};

function answers(change: ResourceChange, way: Way): RuleFinding[] {
  const judged = judge(change, way);
  if (judged === undefined) {
    return [];
  }
  const [verdict, message] = judged;
  const routes = verdict === 'pass' ? [] : change.routes();
  return [{ ...aboutResource(change), verdict, message: `${message}${ofRoutes(routes)}`, evidence: 'added', routes }];
}

/** Asked once for a stack: each new resource would look at all others. */
const FIRST = new WeakMap<Stack, boolean>();

function isFirstPlan(stack: Stack): boolean {
  const known = FIRST.get(stack);
  const isFirst = known ?? stack.resources.every(({ before, mode }) => before === undefined || mode === 'data');
  FIRST.set(stack, isFirst);
  return isFirst;
}

/** Rights that every function needs, and that read nothing: to write its own log and trace. */
const NEEDED = /:aws:policy\/(service-role\/AWSLambda(Basic|VPCAccess)ExecutionRole|AWSXRayDaemonWriteAccess)$/;

function judge({ stack, resource }: ResourceChange, { what, to }: Way): Judgement | undefined {
  const opened = to.map((name) => linked(stack, resource, name)).find((list) => list.length > 0) ?? [];
  const isNew = opened.length > 0 && opened.every(({ before }) => before === undefined);
  // On a first plan nothing is there yet.
  if (isFirstPlan(stack)) {
    return undefined;
  }
  if (isNew) {
    return ['pass', `${opened.map(({ address }) => address).join(', ')} is new as well`];
  }
  const { attributes, type } = resource;
  const policy = attributes.string('policy_arn');
  if (policy.kind === 'known' && NEEDED.test(policy.value)) {
    return ['pass', 'it gives what every function needs'];
  }
  if (type === 'aws_lambda_permission') {
    const source = linked(stack, resource, 'source_arn');
    const principal = attributes.string('principal');
    const isService = principal.kind === 'known' && /\.amazonaws\.com(\.cn)?$/.test(principal.value);
    if (isService && source.length > 0 && source.every((one) => stack.resources.includes(one))) {
      return ['pass', `${source.map(({ address }) => address).join(', ')} of this plan may call the function`];
    }
  }
  const place = opened.length === 0 ? '' : ` ${opened.map(({ address }) => address).join(', ')}`;
  const isOpen = to.length > 0 && opened.length === 0 && to.some((name) => attributes.value(name).kind === 'unknown');
  return isOpen
    ? ['unknown', `it is new, and whether it opens what is there is not known (${what})`]
    : ['fail', `it is new${place === '' ? '' : ` for${place}, which is there already`}: ${what}`];
}
