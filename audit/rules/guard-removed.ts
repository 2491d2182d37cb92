import { GUARDS, type Guard } from '../change/guards';
import { linked } from '../change/links';
import { type ResourceChange, resourceChanges } from '../change/resource-changes';
import { canonical } from '../change/value-order';
import { isObject } from '../json';
import type { AuditModel } from '../model/types';
import type { Resource, Stack } from '../reader/stack';
import { show } from '../three-valued';
import type { RulePolicy } from './policy';
import { routeWeakened } from './route-weakened';
import type { Rule, RuleFinding } from './rule';
import { answersOf } from './shared/answers';
import { isToldElsewhere, ofRoutes } from './shared/changed-resources';
import { aboutResource, type Judgement } from './shared/resources';

/** What guards or watches is not taken away while what it guards stays. */
export const guardRemoved: Rule = {
  id: 'CHANGE-006',
  title: 'Guard or watch taken away',
  why: 'What it guarded stays, with nothing in its place: no other line of the plan says so.',
  cause: 'It was in the way of another change, cost money, or left the configuration with a module that was taken out.',
  fix: 'Keep it, or put what does the same in its place in the same plan.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_detect_investigate_events_app_service_logging.html',
  ],
  check: (model, policy) =>
    resourceChanges(model).flatMap((change) => {
      const guard = change.kind === 'removed' ? GUARDS.get(change.resource.type) : undefined;
      if (guard === undefined) {
        return change.kind === 'removed' && ATTACHMENT.test(change.resource.type) ? denials(model, change) : [];
      }
      return isTold(model, policy, change) ? [] : [answer(change, guard)];
    }),
};

const ATTACHMENT = /^aws_iam_(role|user|group)_policy_attachment$/;

/** A policy that is detached takes what it denies with it. */
function denials(model: AuditModel, change: ResourceChange): RuleFinding[] {
  const { stack, resource } = change;
  const holder = ['role', 'user', 'group'].flatMap((name) => linked(stack, resource, name));
  const arn = resource.attributes.string('policy_arn');
  const isOfAws = arn.kind === 'known' && /:iam::aws:policy\//.test(arn.value);
  const policies = linked(stack, resource, 'policy_arn').map(({ address }) => address);
  const denied = (model.before?.policies ?? []).filter(
    (policy) =>
      policy.stack.name === stack.name &&
      policies.includes(policy.address) &&
      policy.statements.kind === 'known' &&
      policy.statements.value.some(({ effect }) => effect.text === 'Deny'),
  );
  const isDenying = denied.length > 0 || (isOfAws && arn.kind === 'known' && /Deny/.test(arn.value));
  if (!isDenying || (holder.length > 0 && holder.every((one) => stack.destroyed.includes(one)))) {
    return [];
  }
  const again = stack
    .ofType(resource.type)
    .some(
      (one) =>
        one.before === undefined && linked(stack, one, 'policy_arn').some(({ address }) => policies.includes(address)),
    );
  if (again) {
    return [];
  }
  const routes = change.routes();
  const what = policies[0] ?? show(arn);
  return [
    {
      ...aboutResource(change),
      attribute: 'policy_arn',
      verdict: 'fail',
      message: `the plan detaches ${what}, and what it denies is no longer denied${ofRoutes(routes)}`,
      evidence: 'removed',
      routes,
    },
  ];
}

/** The web ACL of a stage is a setting of its routes. */
function isTold(model: AuditModel, policy: RulePolicy, change: ResourceChange): boolean {
  if (isToldElsewhere(model, policy, change)) {
    return true;
  }
  const guarded = linked(change.stack, change.resource, 'resource_arn');
  return (
    change.resource.type === 'aws_wafv2_web_acl_association' &&
    answersOf(routeWeakened, model, policy).some(
      ({ stack, address, attribute, verdict }) =>
        verdict !== 'pass' &&
        stack === change.stack.name &&
        attribute === 'web ACL' &&
        guarded.some((one) => one.address === address),
    )
  );
}

function answer(change: ResourceChange, guard: Guard): RuleFinding {
  const [verdict, message] = judge(change, guard);
  const routes = verdict === 'pass' ? [] : change.routes();
  return { ...aboutResource(change), verdict, message: `${message}${ofRoutes(routes)}`, evidence: 'removed', routes };
}

function judge({ stack, resource }: ResourceChange, { what, of }: Guard): Judgement {
  const guarded = of.map((name) => linked(stack, resource, name)).find((list) => list.length > 0) ?? [];
  if (guarded.length > 0 && guarded.every((one) => stack.destroyed.includes(one))) {
    return ['pass', `${guarded.map(({ address }) => address).join(', ')} goes with it`];
  }
  const others = stack.ofType(resource.type).filter((one) => one.before === undefined);
  const other = others.find((one) => isSame(resource, one));
  if (other !== undefined) {
    return ['pass', `${other.address} takes its place`];
  }
  const verb = resource.actions.includes('forget') ? 'forgets' : 'takes away';
  const stays = guarded.length === 0 ? '' : ` of ${guarded.map(({ address }) => address).join(', ')}`;
  const perhaps = others.find((one) => isPerhaps(stack, guarded, one, of));
  return perhaps === undefined
    ? ['fail', `the plan ${verb} ${what}${stays}`]
    : ['unknown', `the plan ${verb} ${what}${stays}; whether ${perhaps.address} does the same is not known`];
}

/** A resource that says the same in all that is known of it: it was only given another address. */
function isSame(old: Resource, now: Resource): boolean {
  const names = old.attributes.names().filter((name) => !IGNORED.test(name));
  const isKnown = (name: string) => {
    const { unknown } = now.attributes.layersOf(name);
    return unknown === undefined || (isObject(unknown) && Object.keys(unknown).length === 0);
  };
  const known = names.filter((name) => isKnown(name));
  return (
    known.length > 0 &&
    known.every(
      (name) => canonical(old.attributes.layersOf(name).after) === canonical(now.attributes.layersOf(name).after),
    )
  );
}

/** What the provider fills in, and names that a new resource has to have. */
const IGNORED = /^(id|arn|tags_all|owner_id|creation_date)$/;

/** Another one for the same thing, or for one that only apply tells. */
function isPerhaps(stack: Stack, guarded: readonly Resource[], one: Resource, of: readonly string[]): boolean {
  const others = of.map((name) => linked(stack, one, name)).find((list) => list.length > 0) ?? [];
  return of.length > 0 && (others.length === 0 ? false : others.some((other) => guarded.includes(other)));
}
