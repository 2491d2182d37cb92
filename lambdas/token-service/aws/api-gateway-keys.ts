import {
  type APIGatewayClient,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  paginateGetApiKeys,
  paginateGetUsagePlans,
} from '@aws-sdk/client-api-gateway';
import type { UsageKeys } from '../domain/ports';

const PAGE = 500;

export interface ApiGatewayKeysOptions {
  /** `<prefix>-<environment>`, the first part of the names of keys and usage plans. */
  readonly namePrefix: string;
  /** Every tier, to tell the plan of one from that of another whose name ends alike. */
  readonly tiers: readonly string[];
}

/**
 * Usage keys in API Gateway.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html
 */
export class ApiGatewayKeys implements UsageKeys {
  constructor(
    private readonly client: APIGatewayClient,
    private readonly options: ApiGatewayKeysOptions,
  ) {}

  async ensureKey(name: string, value: string): Promise<{ readonly id: string; readonly value: string }> {
    try {
      const { id } = await this.client.send(
        new CreateApiKeyCommand({
          name,
          value,
          enabled: true,
          description: 'Meters an application; made by the token service',
        }),
      );
      if (id === undefined) {
        throw new Error(`API Gateway made the key ${name} and gave no id`);
      }
      return { id, value };
    } catch (error) {
      if (!(error instanceof ConflictException)) {
        throw error;
      }
      return this.findKey(name, value, error);
    }
  }

  async attachKey(keyId: string, tier: string): Promise<void> {
    const plans = await this.plansOf(tier);
    if (plans.length === 0) {
      // A key without a plan is refused by every gateway: better to fail here, where the reason is known.
      throw new Error(
        `no usage plan is named ${this.options.namePrefix}-<api>-${tier}, expected one for each API that serves the tier`,
      );
    }
    for (const usagePlanId of plans) {
      try {
        await this.client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
      } catch (error) {
        // The key is attached already.
        if (!(error instanceof ConflictException)) {
          throw error;
        }
      }
    }
  }

  /** The key that an earlier or simultaneous attempt made: the one with our value, or else the first of that name. */
  private async findKey(
    name: string,
    value: string,
    conflict: ConflictException,
  ): Promise<{ readonly id: string; readonly value: string }> {
    const found: { readonly id: string; readonly value: string }[] = [];
    const pages = paginateGetApiKeys({ client: this.client, pageSize: PAGE }, { nameQuery: name, includeValues: true });
    for await (const { items = [] } of pages) {
      for (const item of items) {
        // The query matches the beginning of names.
        if (item.name === name && item.id !== undefined && item.value !== undefined) {
          found.push({ id: item.id, value: item.value });
        }
      }
    }
    const key = found.find((candidate) => candidate.value === value) ?? found.sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (!key) {
      throw new Error(`API Gateway refused the key ${name} as existing, and lists none of that name`, {
        cause: conflict,
      });
    }
    return key;
  }

  private async plansOf(tier: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { items = [] } of paginateGetUsagePlans({ client: this.client, pageSize: PAGE }, {})) {
      for (const { id, name } of items) {
        if (id !== undefined && name !== undefined && this.tierOf(name) === tier) {
          ids.push(id);
        }
      }
    }
    return ids.sort();
  }

  /** The tier of the plan `<prefix>-<environment>-<api>-<tier>`; of two tiers that fit, the longer name. */
  private tierOf(planName: string): string | undefined {
    const start = `${this.options.namePrefix}-`;
    return this.options.tiers
      .filter((tier) => planName.startsWith(start) && planName.endsWith(`-${tier}`))
      .filter((tier) => planName.length > start.length + tier.length + 1)
      .sort((a, b) => b.length - a.length)[0];
  }
}
