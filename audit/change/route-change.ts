import { judgeAccess } from '../model/access';
import { type Limit, limitsOf, usagePlansOf } from '../model/effective-throttle';
import type { AuditModel, Authorizer, AuthorizerLink, Route, Stage, UsagePlan } from '../model/types';
import { known, show, type Value } from '../three-valued';
import { byAuthorization, byContent, byPresence, byScopes, bySize, type Order } from './order';

/** What a plan does to a route. `changed`: in a way that has no order. `unknown`: whether it changes is not known. */
export type RouteChange = 'same' | 'strengthened' | 'weakened' | 'changed' | 'added' | 'removed' | 'unknown';

/** A route with the model that it stands in. */
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
): SettingChange {
  const shown = (value: Value<T>) => (value.kind === 'known' && !value.sensitive ? text(value.value) : show(value));
  const isKnown = before.kind === 'known' && after.kind === 'known';
  const isAbsent = before.kind === 'absent' && after.kind === 'absent';
  return {
    setting,
    // What is not known may be anything, also where it was not known before.
    order: isKnown ? order(before.value, after.value) : isAbsent ? 'same' : 'unknown',
    text: `${setting} ${shown(before)} → ${shown(after)}`,
  };
}

function authorization(before: Route, after: Route): SettingChange {
  return compare('authorization', before.authorization, after.authorization, byAuthorization);
}

/** Scopes matter where a token is asked for; what else decides is the authorization. */
function scopes(before: Route, after: Route): SettingChange {
  const [from, to] = [before.declared, after.declared];
  const text = `access rule ${ruleText(before)} → ${ruleText(after)}`;
  if (from.kind === 'scopes' && to.kind === 'scopes') {
    return { setting: 'access rule', order: byScopes(from.anyOf, to.anyOf), text };
  }
  if (from.kind === 'unknown' || to.kind === 'unknown') {
    return { setting: 'access rule', order: 'unknown', text };
  }
  if (from.kind === to.kind) {
    return { setting: 'access rule', order: 'same', text };
  }
  const isOpen = (kind: string) => kind === 'public' || kind === 'none' || kind === 'invalid';
  const order =
    isOpen(from.kind) === isOpen(to.kind) ? 'incomparable' : byPresence(!isOpen(from.kind), !isOpen(to.kind));
  return { setting: 'access rule', order, text };
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
    compare('seconds that an answer is kept', from.ttlSeconds, to.ttlSeconds, bySize),
    compare('identity sources', from.identitySource, to.identitySource, (one, other) =>
      byContent(sourcesOf(one), sourcesOf(other)),
    ),
  ];
}

/** For routes of which one at least has no authorizer that the plan tells of. */
function linkChange(before: AuthorizerLink, after: AuthorizerLink): SettingChange[] {
  const setting = 'authorizer';
  const text = `authorizer ${linkText(before)} → ${linkText(after)}`;
  if (before.kind === 'unknown' || after.kind === 'unknown') {
    const isSame = before.kind === after.kind && idOf(before) !== undefined && idOf(before) === idOf(after);
    return isSame ? [] : [{ setting, order: 'unknown', text }];
  }
  // Without an authorizer the authorization itself has changed, which is told already.
  const isTold = before.kind === 'none' || after.kind === 'none';
  return isTold || before.kind === after.kind ? [] : [{ setting, order: 'incomparable', text }];
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
      return [{ setting: 'throttle', order: 'unknown', text: `throttle of stage ${name}` } as const];
    }
    return to.value.flatMap((limit) => {
      const other = from.value.find(({ plan }) => plan === limit.plan) ?? onlyOne(from.value);
      return other === undefined ? [] : limitChanges(`stage ${name}`, other, limit);
    });
  });
}

/** A single limit is for all callers, so that it was that of a new plan's callers too. */
function onlyOne(limitsOfStage: readonly Limit[]): Limit | undefined {
  return limitsOfStage.length === 1 && limitsOfStage[0]?.plan === undefined ? limitsOfStage[0] : undefined;
}

function limitChanges(stage: string, before: Limit, after: Limit): SettingChange[] {
  const of = after.plan === undefined ? stage : `${stage}, usage plan ${after.plan}`;
  const orUnlimited = (value: Value<number>) => (value.kind === 'absent' ? known(Number.POSITIVE_INFINITY) : value);
  const text = (value: number) => (value === Number.POSITIVE_INFINITY ? 'account default' : String(value));
  return (['rate', 'burst'] as const).map((part) =>
    compare(`${part} of ${of}`, orUnlimited(before.throttle[part]), orUnlimited(after.throttle[part]), bySize, text),
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
    if (!other.quota || !plan.quota) {
      return [{ setting, order: byPresence(other.quota !== undefined, plan.quota !== undefined), text }];
    }
    const changes = compare(setting, other.quota.limit, plan.quota.limit, bySize);
    const isSamePeriod = show(other.quota.period) === show(plan.quota.period);
    return [{ setting, order: isSamePeriod ? changes.order : 'incomparable', text }];
  });
}

function plansOf({ model, route }: Placed): readonly UsagePlan[] {
  return [...new Set(route.api.stages.flatMap((stage) => usagePlansOf(model, route, stage).map(({ plan }) => plan)))];
}

function quotaText({ quota }: UsagePlan): string {
  return quota === undefined ? 'none' : `${show(quota.limit)} a ${show(quota.period)}`;
}

function webAcl(before: Placed, after: Placed): SettingChange[] {
  return commonStages(before, after).map(([name, old, stage]) =>
    compare(`web ACL of stage ${name}`, old.webAcl, stage.webAcl, byPresence, (is) => (is ? 'there' : 'none')),
  );
}
