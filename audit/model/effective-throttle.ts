import { ABSENT, is, type Known, known, show, type Unknown, unknown, type Value } from '../three-valued';
import { appliesTo, methodTarget } from './throttles';
import type { AuditModel, MethodSettings, Route, Stage, Throttle, UsagePlan } from './types';

/** Where nothing is set, all APIs of the account share its limit. */
export const ACCOUNT_DEFAULT = 'account default';

const NO_THROTTLE: Throttle = { rate: ABSENT, burst: ABSENT };

/** A usage plan that meters a route. */
export interface RouteUsagePlan {
  readonly plan: UsagePlan;
  /** Throttle that the plan sets for this one method; undefined when it sets none. */
  readonly methodThrottle: Throttle | undefined;
}

/** Usage plans that cover a route on a stage; none when the route asks for no API key, since a plan is found by the key. */
export function usagePlansOf(model: AuditModel, route: Route, stage: Stage): RouteUsagePlan[] {
  if (is(route.apiKeyRequired, false)) {
    return [];
  }
  const result: RouteUsagePlan[] = [];
  for (const plan of model.usagePlans) {
    const covering = plan.stages.find((item) => item.api === route.api && sameOrUnknown(item.stage, stage.name));
    if (covering !== undefined) {
      const own = covering.methods.find((item) => item.path.kind === 'known' && isRoute(item.path.value, route));
      result.push({ plan, methodThrottle: own?.throttle });
    }
  }
  return result;
}

/**
 * The throttle that a caller of a route meets first, as text: of the method, of each usage plan, of the stage, else the default
 * of the account (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html).
 */
export function effectiveThrottle(model: AuditModel, route: Route, stage: Stage): string {
  const limits = limitsOf(model, route, stage);
  if (limits.kind === 'unknown') {
    return '?';
  }
  const texts = limits.value.map(({ plan, throttle }) => ({ plan, text: throttleText(throttle) }));
  const distinct = new Set(texts.map(({ text }) => text));
  return distinct.size === 1 ? [...distinct].join('') : texts.map(({ plan, text }) => `${plan}: ${text}`).join('; ');
}

/** A limit that callers of a route meet: those of a usage plan, or all where it is of no plan. */
export interface Limit {
  readonly plan: string | undefined;
  /** Without rate and burst: the default of the account. */
  readonly throttle: Throttle;
  /** Address of what sets it; undefined where nothing does. */
  readonly address: string | undefined;
}

/** The limits of a route on a stage, one for each usage plan; unknown when it cannot be told whether a method has its own. */
export function limitsOf(model: AuditModel, route: Route, stage: Stage): Known<readonly Limit[]> | Unknown {
  const settings = model.methodSettings.filter(
    (item) => item.api === route.api && sameOrUnknown(item.stage, stage.name),
  );
  const own = ofMethod(settings, route);
  if (own.kind === 'unknown') {
    return own;
  }
  if (own.kind === 'known') {
    return known([{ plan: undefined, throttle: own.value.throttle, address: own.value.resource.address }]);
  }
  const all = settings.find((item) => is(item.target, 'all') && isSet(item.throttle));
  const ofStage = { throttle: all?.throttle ?? NO_THROTTLE, address: all?.resource.address };
  const plans = usagePlansOf(model, route, stage);
  if (plans.length === 0) {
    return known([{ plan: undefined, ...ofStage }]);
  }
  return known(
    plans.map(({ plan, methodThrottle }) => {
      const throttle = methodThrottle ?? plan.throttle;
      const limit = isSet(throttle) ? { throttle, address: plan.address } : ofStage;
      return { plan: show(plan.name), ...limit };
    }),
  );
}

function ofMethod(settings: readonly MethodSettings[], route: Route): Value<MethodSettings> {
  for (const item of settings) {
    if (!is(item.target, 'all') && isSet(item.throttle)) {
      const applies = appliesTo(item, route.method, route.path, route.address, route.api.stack);
      if (applies.kind === 'unknown') {
        return unknown(applies.cause);
      }
      if (is(applies, true)) {
        return known(item);
      }
    }
  }
  return { kind: 'absent' };
}

function isRoute(text: string, route: Route): boolean {
  const target = methodTarget(text);
  return target !== undefined && target !== 'all' && is(route.method, target.method) && is(route.path, target.path);
}

function sameOrUnknown(left: Value<string>, right: Value<string>): boolean {
  return left.kind === 'unknown' || right.kind === 'unknown' || (left.kind === 'known' && is(right, left.value));
}

function isSet(throttle: Throttle): boolean {
  return throttle.rate.kind !== 'absent' || throttle.burst.kind !== 'absent';
}

/** `1000 rps / 2000 burst`. */
function throttleText(throttle: Throttle): string {
  if (!isSet(throttle)) {
    return ACCOUNT_DEFAULT;
  }
  const part = (value: Value<number>) => (value.kind === 'absent' ? 'account' : show(value));
  return `${part(throttle.rate)} rps / ${part(throttle.burst)} burst`;
}
