import type { ApiKeyStore, ApiKeyView } from '../shared/usage-keys';
import { GatewayError } from './errors';
import type { RoutedRequest } from './events';
import type { ThrottleSettings, UsagePlan } from './model';
import { QuotaCounters } from './quota';
import { headerValues } from './request';
import { type Limit, TokenBuckets } from './throttle';

/** A usage key that may call this stage, and the plan that says how much. */
export interface UsageKey {
  readonly id: string;
  readonly value: string;
  readonly plan: UsagePlan;
}

/** Account limit of API Gateway in most regions; a bucket of its own behind all others. */
const ACCOUNT_LIMIT: ThrottleSettings = { rateLimit: 10_000, burstLimit: 5_000 };

/** Name of the stage's throttle for methods without one of their own. */
export const ALL_METHODS = '*';

/** Usage keys, throttles and quotas. Counters are per key: tokens that share a key share its limits. */
export class UsageControl {
  private readonly buckets = new TokenBuckets();
  private readonly quotas = new QuotaCounters();

  constructor(
    private readonly plans: readonly UsagePlan[],
    private readonly findKey: (value: string) => ApiKeyView | undefined,
    private readonly clock: () => number,
    private readonly recordUse: ApiKeyStore['recordUse'] = () => undefined,
  ) {}

  /**
   * The caller's usage key, where the method requires one.
   *
   * @throws {GatewayError} INVALID_API_KEY when it is absent, unknown, disabled, or in no plan of this stage
   */
  usageKey({ request, api, route }: RoutedRequest, usageIdentifierKey: string | undefined): UsageKey | undefined {
    if (!route.method.apiKeyRequired) {
      return undefined;
    }
    const { apiKeySource } = api.definition;
    const value =
      apiKeySource === 'AUTHORIZER' ? usageIdentifierKey : headerValues(request.headers, 'x-api-key').at(-1);
    if (value === undefined || value === '') {
      throw new GatewayError('INVALID_API_KEY', {
        cause: `the method needs a usage key, source ${apiKeySource} gave none`,
      });
    }
    const key = this.findKey(value);
    if (key === undefined) {
      throw new GatewayError('INVALID_API_KEY', { cause: 'the usage key is unknown' });
    }
    if (!key.enabled) {
      throw new GatewayError('INVALID_API_KEY', { cause: `usage key ${key.id} is disabled` });
    }
    const plan = this.plans.find(
      (candidate) =>
        key.usagePlanIds.includes(candidate.id) &&
        candidate.apiStages.some((stage) => stage.apiId === api.id && stage.stage === api.stage.name),
    );
    if (plan === undefined) {
      throw new GatewayError('INVALID_API_KEY', { cause: `usage key ${key.id} is in no usage plan of this stage` });
    }
    return { id: key.id, value, plan };
  }

  /** Counts a request. @throws {GatewayError} THROTTLED or QUOTA_EXCEEDED; a refused request takes nothing */
  admit(routed: RoutedRequest, key: UsageKey | undefined): void {
    const now = this.clock();
    const exceeded = this.buckets.take([...planLimits(routed, key), ...stageLimits(routed)], now);
    if (exceeded !== undefined) {
      throw new GatewayError('THROTTLED', { cause: `throttled by ${exceeded.key}` });
    }
    if (key === undefined) {
      return;
    }
    const { quota } = key.plan;
    const remaining = quota && this.quotas.take(`${key.plan.id} ${key.id}`, quota, now);
    if (quota && remaining === undefined) {
      throw new GatewayError('QUOTA_EXCEEDED', { cause: `key ${key.id} used up ${quota.limit} per ${quota.period}` });
    }
    this.recordUse({ keyId: key.id, planId: key.plan.id, remaining: remaining ?? 0 });
  }
}

function methodKey({ route }: RoutedRequest): string {
  return `${route.method.httpMethod} ${route.resource.path}`;
}

function planLimits(routed: RoutedRequest, key: UsageKey | undefined): Limit[] {
  if (key === undefined) {
    return [];
  }
  const { api } = routed;
  const { plan } = key;
  const method = methodKey(routed);
  const stage = plan.apiStages.find((entry) => entry.apiId === api.id && entry.stage === api.stage.name);
  const own = stage?.throttles[method];
  return [
    ...(own === undefined ? [] : [{ key: `plan ${plan.name}, key ${key.id}, ${method}`, settings: own }]),
    // A method with limits of its own in the plan does not count against the plan's.
    ...(own !== undefined || plan.throttle === undefined
      ? []
      : [{ key: `plan ${plan.name}, key ${key.id}`, settings: plan.throttle }]),
  ];
}

function stageLimits(routed: RoutedRequest): Limit[] {
  const { api } = routed;
  const method = methodKey(routed);
  // The setting for all methods is one limit per method, not one that they share (developer guide, request throttling).
  const settings = api.stage.throttles[method] ?? api.stage.throttles[ALL_METHODS];
  return [
    ...(settings === undefined ? [] : [{ key: `stage ${api.id}/${api.stage.name}, ${method}`, settings }]),
    { key: `account ${api.accountId}`, settings: ACCOUNT_LIMIT },
  ];
}
