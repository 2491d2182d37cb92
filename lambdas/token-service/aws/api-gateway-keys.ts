import {
  type APIGatewayClient,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  NotFoundException,
  paginateGetApiKeys,
  paginateGetUsagePlans,
} from '@aws-sdk/client-api-gateway';
import { USAGE_PLAN_TAGS } from '../../lib/usage-plan';
import type { UsageKeys } from '../domain/ports';

const PAGE = 500;

/**
 * Usage keys in API Gateway.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html
 */
export class ApiGatewayKeys implements UsageKeys {
  constructor(
    private readonly client: APIGatewayClient,
    /** `<prefix>-<environment>`, as the usage plans are tagged. */
    private readonly platform: string,
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
      const { platform, tier: tag } = USAGE_PLAN_TAGS;
      throw new Error(
        `no usage plan has the tags ${platform} "${this.platform}" and ${tag} "${tier}", expected one for each API that serves the tier: apply the gateway stacks`,
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

  async detachKey(keyId: string, tier: string): Promise<void> {
    for (const usagePlanId of await this.plansOf(tier)) {
      try {
        await this.client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
      } catch (error) {
        // The key is out already.
        if (!(error instanceof NotFoundException)) {
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

  /** Ids of the usage plans of a tier, one for each API. */
  private async plansOf(tier: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { items = [] } of paginateGetUsagePlans({ client: this.client, pageSize: PAGE }, {})) {
      for (const { id, tags = {} } of items) {
        if (
          id !== undefined &&
          tags[USAGE_PLAN_TAGS.platform] === this.platform &&
          tags[USAGE_PLAN_TAGS.tier] === tier
        ) {
          ids.push(id);
        }
      }
    }
    return ids.sort();
  }
}
