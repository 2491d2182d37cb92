import { ApiGatewayUsagePlan } from '@cdktf/provider-aws/lib/api-gateway-usage-plan';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import type { IRestGateway } from '../gateway';
import { ConstructError } from '../support/errors';

/** Periods of a quota. */
export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

/** How often the applications of a tier may call; each application by itself. */
export interface Tier {
  /** Steady rate, in requests per second; at most the stage's. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
  /** @default - no quota */
  readonly quota?: { readonly limit: number; readonly period: QuotaPeriod };
}

export interface UsageTiersProps {
  readonly gateway: IRestGateway;
  /** Tiers by name: 1 to 40 of `A-Z a-z 0-9 - _`. */
  readonly tiers: Readonly<Record<string, Tier>>;
  /** @default - none but those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

const TIER_NAME = /^[A-Za-z0-9_-]{1,40}$/;
const PERIODS: readonly string[] = ['DAY', 'WEEK', 'MONTH'];

/**
 * The tiers of an API as usage plans, one per tier, named `<gatewayName>-<tier>`. They hold no keys: an application gets
 * its key from the token service at run time, and so no value of a key is ever in a plan or a state.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsageTiers extends Construct {
  /** Names of the usage plans by tier. */
  readonly usagePlanNames: Readonly<Record<string, string>>;
  /** The usage plans by tier. */
  readonly usagePlans: Readonly<Record<string, ApiGatewayUsagePlan>>;

  /** @throws {ConstructError} for no tier, a malformed name, and limits that can never be met or are above the stage's */
  constructor(scope: Construct, id: string, props: UsageTiersProps) {
    super(scope, id);
    const { gateway, tags } = props;
    const tiers = Object.entries(props.tiers).sort(([a], [b]) => (a < b ? -1 : 1));
    if (tiers.length === 0) {
      throw new ConstructError('tiers is empty, allowed is at least one tier', this);
    }
    const plans: Record<string, ApiGatewayUsagePlan> = {};
    for (const [name, tier] of tiers) {
      this.checkTier(name, tier, gateway);
      plans[name] = new ApiGatewayUsagePlan(this, `Plan-${name}`, {
        name: `${gateway.gatewayName}-${name}`,
        apiStages: [{ apiId: gateway.restApiId, stage: gateway.stageName }],
        throttleSettings: { rateLimit: tier.rateLimit, burstLimit: tier.burstLimit },
        ...(tier.quota === undefined ? {} : { quotaSettings: { limit: tier.quota.limit, period: tier.quota.period } }),
        ...(tags === undefined ? {} : { tags: { ...tags } }),
        dependsOn: [gateway.stage],
      });
    }
    this.usagePlans = plans;
    this.usagePlanNames = Object.fromEntries(tiers.map(([name]) => [name, `${gateway.gatewayName}-${name}`]));
  }

  private checkTier(name: string, tier: Tier, gateway: IRestGateway): void {
    if (!TIER_NAME.test(name)) {
      throw new ConstructError(`tier is ${JSON.stringify(name)}, allowed are 1 to 40 of A-Z a-z 0-9 - _`, this);
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
