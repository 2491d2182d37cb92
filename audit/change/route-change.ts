import { judgeAccess } from '../model/access';
import { type Limit, limitsOf, usagePlansOf } from '../model/effective-throttle';
import type { AuditModel, Authorizer, AuthorizerLink, DeclaredRule, Route, Stage, UsagePlan } from '../model/types';
import { known, show, type Value } from '../three-valued';
import { byAuthorization, byContent, byPresence, byQuota, byScopes, bySize, type Order, type Quota } from './order';

/** What a plan does to a route. `changed`: in a way that has no order. `unknown`: whether it changes is not known. */
export type RouteChange = 'same' | 'strengthened' | 'weakened' | 'changed' | 'added' | 'removed' | 'unknown';

/** A route with its model. */
export interface Placed {
  readonly model: AuditModel;
  readonly route: Route;
}

/** How one setting of a route changes. */
export interface SettingChange {
  readonly setting: string;
  readonly order: Order | 'unknown';
  /** `authorization CUSTOM → NONE`; it holds nothing that Terraform marks as sensitive. */
  readonly text: string;
  /** What has the setting, where that is not the route itself: routes may share it. */
  readonly of?: Owner;
}

/** A resource of the stack of the route, and its argument. */
export interface Owner {
  readonly address: string;
  readonly attribute: string;
}

/** Every setting of a route that changes, or may. */
export function settingChanges(before: Placed, after: Placed): SettingChange[] {
  return [
    authorization(before.route, after.route),
    scopes(before.route, after.route),
    ...authorizer(before.route, after.route),
    compare('API key', before.route.apiKeyRequired, after.route.apiKeyRequired, byPresence, (is) =>
      is ? 'required' : 'not required',
    ),
    ...limits(before, after),
    ...quotas(before, after),
    ...webAcl(before, after),
  ].filter(({ order }) => order !== 'same');
}

/** What the changes of its settings make of a route: one that is weakened in any way is weakened. */
export function routeChange(changes: readonly SettingChange[]): RouteChange {
  const has = (order: SettingChange['order']) => changes.some((change) => change.order === order);
  if (has('weaker')) {
    return 'weakened';
  }
  if (has('unknown')) {
    return 'unknown';
  }
  return has('incomparable') ? 'changed' : has('stronger') ? 'strengthened' : 'same';
}

function compare<T extends string | number | boolean>(
  setting: string,
  before: Value<T>,
  after: Value<T>,
  order: (before: T, after: T) => Order,
  text: (value: T) => string = String,
  of?: Owner,
): SettingChange {
  const shown = (value: Value<T>) => (value.kind === 'known' && !value.sensitive ? text(value.value) : show(value));
  const isKnown = before.kind === 'known' && after.kind === 'known';
  const isAbsent = before.kind === 'absent' && after.kind === 'absent';
  return {
    setting,
    // What is not known may be anything, also where it was not known before.
    order: isKnown ? order(before.value, after.value) : isAbsent ? 'same' : 'unknown',
    text: `${setting} ${shown(before)} → ${shown(after)}`,
    ...(of === undefined ? {} : { of }),
  };
}

function authorization(before: Route, after: Route): SettingChange {
  return compare('authorization', before.authorization, after.authorization, byAuthorization);
}

/** Scopes matter where a token is asked for; what else decides is the authorization. */
function scopes(before: Route, after: Route): SettingChange {
  const text = `access rule ${ruleText(before)} → ${ruleText(after)}`;
  return { setting: 'access rule', order: byRule(before.declared, after.declared), text };
}

/** How many callers a rule lets through: everybody, every valid credential, or fewer. */
const OPENNESS: Readonly<Record<DeclaredRule['kind'], number>> = {
  public: 2,
  none: 2,
  invalid: 2,
  unknown: 2,
  authenticated: 1,
  scopes: 0,
  iam: 0,
};

/** Compares what routes declare: scopes by the tokens that have them, other rules by how many callers they let through. */
export function byRule(before: DeclaredRule, after: DeclaredRule): SettingChange['order'] {
  if (before.kind === 'scopes' && after.kind === 'scopes') {
    return byScopes(before.anyOf, after.anyOf);
  }
  if (before.kind === 'unknown' || after.kind === 'unknown') {
    return 'unknown';
  }
  if (before.kind === after.kind) {
    return 'same';
  }
  const [from, to] = [OPENNESS[before.kind], OPENNESS[after.kind]];
  // Whoever signs with AWS credentials has none for the authorizer, and the other way round.
  const isOtherCredential = [before.kind, after.kind].includes('iam') && Math.max(from, to) < OPENNESS.public;
  return isOtherCredential || from === to ? 'incomparable' : bySize(from, to);
}

function ruleText(route: Route): string {
  const { rule, scopes: text } = judgeAccess(route);
  return text === '-' ? rule : text;
}

/** A cached answer outlives what it was given for, so keeping it longer is weaker, and by fewer identity sources. */
function authorizer(before: Route, after: Route): SettingChange[] {
  const [from, to] = [authorizerOf(before), authorizerOf(after)];
  if (!from || !to) {
    return linkChange(before.authorizer, after.authorizer);
  }
  return [
    compare('authorizer', from.name, to.name, (one, other) => (one === other ? 'same' : 'incomparable')),
    compare('authorizer kind', from.kind, to.kind, (one, other) => (one === other ? 'same' : 'incomparable')),
    compare('seconds that an answer is kept', from.ttlSeconds, to.ttlSeconds, bySize, String, {
      address: to.address,
      attribute: 'authorizer_result_ttl_in_seconds',
    }),
    compare(
      'identity sources',
      from.identitySource,
      to.identitySource,
      (one, other) => byContent(sourcesOf(one), sourcesOf(other)),
      String,
      { address: to.address, attribute: 'identity_source' },
    ),
  ];
}

/** For routes of which one at least has no authorizer that the plan tells of. */
function linkChange(before: AuthorizerLink, after: AuthorizerLink): SettingChange[] {
  // Where there is no authorizer on one side the authorization itself has changed, which is told already.
  if (before.kind === 'none' || after.kind === 'none' || (before.kind === after.kind && before.kind !== 'unknown')) {
    return [];
  }
  const text = `authorizer ${linkText(before)} → ${linkText(after)}`;
  if (before.kind !== 'unknown' && after.kind !== 'unknown') {
    return [{ setting: 'authorizer', order: 'incomparable', text }];
  }
  const isSame = idOf(before) !== undefined && idOf(before) === idOf(after);
  return isSame ? [] : [{ setting: 'authorizer', order: 'unknown', text }];
}

function linkText(link: AuthorizerLink): string {
  return link.kind === 'unknown' ? (link.id ?? '?') : link.kind;
}

function idOf(link: AuthorizerLink): string | undefined {
  return link.kind === 'unknown' ? link.id : undefined;
}

function authorizerOf({ authorizer: link }: Route): Authorizer | undefined {
  return link.kind === 'authorizer' ? link.authorizer : undefined;
}

function sourcesOf(text: string): ReadonlySet<string> {
  return new Set(text.split(',').map((one) => one.trim()));
}

/** Stages of a route in both models, by name. */
function commonStages(
  before: Placed,
  after: Placed,
): readonly (readonly [name: string, before: Stage, after: Stage])[] {
  return after.route.api.stages.flatMap((stage) => {
    const name = show(stage.name);
    const old = before.route.api.stages.find((one) => show(one.name) === name);
    return old === undefined ? [] : [[name, old, stage] as const];
  });
}

function limits(before: Placed, after: Placed): SettingChange[] {
  return commonStages(before, after).flatMap(([name, old, stage]) => {
    const from = limitsOf(before.model, before.route, old);
    const to = limitsOf(after.model, after.route, stage);
    if (from.kind === 'unknown' || to.kind === 'unknown') {
      const of = { address: stage.address, attribute: 'throttle' };
      return [{ setting: 'throttle', order: 'unknown', text: `throttle of stage ${name}`, of } as const];
    }
    return to.value.flatMap((limit) => {
      const other = from.value.find(({ plan }) => plan === limit.plan) ?? onlyOne(from.value);
      return other === undefined ? [] : limitChanges(`stage ${name}`, other, limit, stage);
    });
  });
}

/** A single limit is for all callers, so that it was that of a new plan's callers too. */
function onlyOne(limitsOfStage: readonly Limit[]): Limit | undefined {
  return limitsOfStage.length === 1 && limitsOfStage[0]?.plan === undefined ? limitsOfStage[0] : undefined;
}

function limitChanges(name: string, before: Limit, after: Limit, stage: Stage): SettingChange[] {
  const place = after.plan === undefined ? name : `${name}, usage plan ${after.plan}`;
  const of = { address: after.address ?? stage.address, attribute: 'throttle' };
  const orUnlimited = (value: Value<number>) => (value.kind === 'absent' ? known(Number.POSITIVE_INFINITY) : value);
  const text = (value: number) => (value === Number.POSITIVE_INFINITY ? 'account default' : String(value));
  return (['rate', 'burst'] as const).map((part) =>
    compare(
      `${part} of ${place}`,
      orUnlimited(before.throttle[part]),
      orUnlimited(after.throttle[part]),
      bySize,
      text,
      of,
    ),
  );
}

function quotas(before: Placed, after: Placed): SettingChange[] {
  const old = plansOf(before);
  return plansOf(after).flatMap((plan) => {
    const other = old.find(({ name }) => show(name) === show(plan.name));
    if (other === undefined || (!other.quota && !plan.quota)) {
      return [];
    }
    const setting = `quota of usage plan ${show(plan.name)}`;
    const text = `${setting} ${quotaText(other)} → ${quotaText(plan)}`;
    const of = { address: plan.address, attribute: 'quota_settings' };
    return [{ setting, order: quotaOrder(other, plan), text, of }];
  });
}

function quotaOrder({ quota: before }: UsagePlan, { quota: after }: UsagePlan): SettingChange['order'] {
  const isOpen = [before, after].some((one) => one?.limit.kind === 'unknown' || one?.period.kind === 'unknown');
  return isOpen ? 'unknown' : byQuota(settledQuota(before), settledQuota(after));
}

function settledQuota(quota: UsagePlan['quota']): Quota | undefined {
  return quota?.limit.kind === 'known' ? { limit: quota.limit.value, period: show(quota.period) } : undefined;
}

function plansOf({ model, route }: Placed): readonly UsagePlan[] {
  return [...new Set(route.api.stages.flatMap((stage) => usagePlansOf(model, route, stage).map(({ plan }) => plan)))];
}

function quotaText({ quota }: UsagePlan): string {
  return quota === undefined ? 'none' : `${show(quota.limit)} a ${show(quota.period)}`;
}

function webAcl(before: Placed, after: Placed): SettingChange[] {
  return commonStages(before, after).map(([name, old, stage]) =>
    compare(`web ACL of stage ${name}`, old.webAcl, stage.webAcl, byPresence, (is) => (is ? 'there' : 'none'), {
      address: stage.address,
      attribute: 'web ACL',
    }),
  );
}
