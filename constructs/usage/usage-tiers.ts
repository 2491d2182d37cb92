import { ApiGatewayUsagePlan } from '@cdktf/provider-aws/lib/api-gateway-usage-plan';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { TIER } from '../../lambdas/lib/grammar';
import { USAGE_PLAN_TAGS } from '../../lambdas/lib/usage-plan';
import type { IRestGateway } from '../gateway';
import { ConstructError } from '../support/errors';
import type { Names } from '../support/names';
import { checkNames } from '../support/platform-checks';

/** Periods of a quota. */
export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

/** How often the applications of a tier may call; each application by itself. */
export interface Tier {
  /** Steady rate, in requests per second; at most the stage's. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
  /** How many requests may come in a period. @default - no quota */
  readonly quota?: {
    /** Requests in a period, 1 or more. */
    readonly limit: number;
    readonly period: QuotaPeriod;
  };
}

export interface UsageTiersProps {
  /** Names of the platform whose token service puts keys into the plans. */
  readonly names: Names;
  /** The gateway whose callers are limited. */
  readonly gateway: IRestGateway;
  /** Tiers by name: a lower-case letter, then at most 19 lower-case letters, digits or hyphens. */
  readonly tiers: Readonly<Record<string, Tier>>;
  /** Tags of the plans, beside those by which the token service finds them. @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

const PERIODS: readonly string[] = ['DAY', 'WEEK', 'MONTH'];

/**
 * The tiers of an API as usage plans, one per tier, named `<gatewayName>-<tier>` and tagged with platform, API and tier. They hold
 * no keys: an application gets its key from the token service at run time, and so no value of a key is ever in a plan or a state.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsageTiers extends Construct {
  /** Names of the usage plans by tier. */
  readonly usagePlanNames: Readonly<Record<string, string>>;
  /** The usage plans by tier. */
  readonly usagePlans: Readonly<Record<string, ApiGatewayUsagePlan>>;

  /**
   * @throws {ConstructError} for an API without `usageKeys`, no tier, a malformed name, limits that can never be met or are above the stage's, and tags that
   * the construct sets itself
   */
  constructor(scope: Construct, id: string, props: UsageTiersProps) {
    super(scope, id);
    checkNames(this, props.names);
    this.checkTags(props.tags ?? {});
    const { gateway } = props;
    const tiers = Object.entries(props.tiers).sort(([a], [b]) => (a < b ? -1 : 1));
    if (tiers.length === 0) {
      throw new ConstructError('tiers is empty, allowed is at least one tier', this);
    }
    if (!gateway.usageKeys) {
      throw new ConstructError(
        `usageKeys of the API ${JSON.stringify(gateway.apiId)} is false, so that its tiers would meter nobody, allowed is true in its definition, or in the attributes of a gateway of another stack`,
        this,
      );
    }
    const plans: Record<string, ApiGatewayUsagePlan> = {};
    for (const [name, tier] of tiers) {
      this.checkTier(name, tier, gateway);
      const { rateLimit, burstLimit, quota } = tier;
      plans[name] = new ApiGatewayUsagePlan(this, `Plan-${name}`, {
        name: `${gateway.gatewayName}-${name}`,
        apiStages: [{ apiId: gateway.restApiId, stage: gateway.stageName }],
        throttleSettings: { rateLimit, burstLimit },
        ...defined({
          quotaSettings: quota && { limit: quota.limit, period: quota.period },
          dependsOn: gateway.stage && [gateway.stage],
        }),
        tags: {
          ...props.tags,
          [USAGE_PLAN_TAGS.platform]: props.names.base,
          [USAGE_PLAN_TAGS.api]: gateway.apiId,
          [USAGE_PLAN_TAGS.tier]: name,
        },
      });
    }
    this.usagePlans = plans;
    this.usagePlanNames = Object.fromEntries(tiers.map(([name]) => [name, `${gateway.gatewayName}-${name}`]));
  }

  private checkTags(tags: Readonly<Record<string, string>>): void {
    const reserved: readonly string[] = Object.values(USAGE_PLAN_TAGS);
    const taken = Object.keys(tags).find((name) => reserved.includes(name));
    if (taken !== undefined) {
      throw new ConstructError(
        `tags has ${JSON.stringify(taken)}, by which the token service finds the plan, allowed are other names`,
        this,
      );
    }
  }

  private checkTier(name: string, tier: Tier, gateway: IRestGateway): void {
    if (!TIER.pattern.test(name)) {
      throw new ConstructError(`tier is ${JSON.stringify(name)}, allowed is ${TIER.allowed}`, this);
    }
    const { rateLimit, burstLimit, quota } = tier;
    // API Gateway takes fractions of a request per second; zero would close the tier.
    if (!Token.isUnresolved(rateLimit) && !(Number.isFinite(rateLimit) && rateLimit > 0)) {
      throw new ConstructError(`rateLimit of tier ${name} is ${rateLimit}, allowed is more than 0`, this);
    }
    const stageRate = gateway.throttle.rateLimit;
    if (!Token.isUnresolved(rateLimit) && !Token.isUnresolved(stageRate) && rateLimit > stageRate) {
      throw new ConstructError(
        `rateLimit of tier ${name} is ${rateLimit}, allowed is at most the stage's rate for all callers, ${stageRate}`,
        this,
      );
    }
    this.checkCount(`burstLimit of tier ${name}`, burstLimit);
    if (quota !== undefined) {
      this.checkCount(`quota.limit of tier ${name}`, quota.limit);
      if (!Token.isUnresolved(quota.period) && !PERIODS.includes(quota.period)) {
        throw new ConstructError(
          `quota.period of tier ${name} is ${JSON.stringify(quota.period)}, allowed are ${PERIODS.join(', ')}`,
          this,
        );
      }
    }
  }

  private checkCount(what: string, value: number): void {
    if (!Token.isUnresolved(value) && !(Number.isInteger(value) && value >= 1)) {
      throw new ConstructError(`${what} is ${value}, allowed is a whole number, 1 or more`, this);
    }
  }
}
