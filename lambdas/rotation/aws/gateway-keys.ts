import {
  type APIGatewayClient,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeyCommand,
  NotFoundException,
  paginateGetApiKeys,
  paginateGetUsage,
  paginateGetUsagePlans,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { GatewayKey, GatewayKeys } from '../kinds/gateway-key-target';

const PAGE = 500;

/** What the control plane says of a key. */
interface ListedKey {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/**
 * API Gateway's control plane. Its REST protocol is the SDK's, not AWS JSON.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html
 */
export function apiGatewayKeys(client: APIGatewayClient): GatewayKeys {
  return {
    async list(namePrefix) {
      const found: GatewayKey[] = [];
      const pages = paginateGetApiKeys({ client, pageSize: PAGE }, { nameQuery: namePrefix, includeValues: true });
      for await (const { items = [] } of pages) {
        found.push(...items.flatMap(keyOf));
      }
      return found.filter(({ name }) => name.startsWith(namePrefix));
    },

    get: (id) =>
      unlessGone(async () => keyOf(await client.send(new GetApiKeyCommand({ apiKey: id, includeValue: true })))[0]),

    async count() {
      let count = 0;
      for await (const { items = [] } of paginateGetApiKeys({ client, pageSize: PAGE }, {})) {
        count += items.length;
      }
      return count;
    },

    async create(name, value) {
      const description = 'Meters an application; made by its rotation';
      await client.send(new CreateApiKeyCommand({ name, value, enabled: true, description }));
    },

    async plansOf(keyId) {
      const ids: string[] = [];
      for await (const { items = [] } of paginateGetUsagePlans({ client, pageSize: PAGE }, { keyId })) {
        ids.push(...items.flatMap(({ id }) => id ?? []));
      }
      return ids.sort();
    },

    async attach(usagePlanId, keyId) {
      try {
        await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
      } catch (error) {
        if (!(error instanceof ConflictException)) {
          throw error;
        }
      }
    },

    async usage(usagePlanId, keyId, startDate, endDate) {
      let total = 0;
      for await (const { items = {} } of paginateGetUsage(
        { client, pageSize: PAGE },
        { usagePlanId, keyId, startDate, endDate },
      )) {
        // Each day is a pair of what was used and what remained.
        for (const days of Object.values(items)) {
          total += days.reduce((sum, [used = 0]) => sum + used, 0);
        }
      }
      return total;
    },

    async disable(id) {
      await client.send(
        new UpdateApiKeyCommand({
          apiKey: id,
          patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }],
        }),
      );
    },

    async remove(id) {
      await unlessGone(() => client.send(new DeleteApiKeyCommand({ apiKey: id })));
    },
  };
}

async function unlessGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof NotFoundException) {
      return undefined;
    }
    throw error;
  }
}

function keyOf({ id, name, value, enabled }: ListedKey): GatewayKey[] {
  return id !== undefined && name !== undefined && value !== undefined
    ? [{ id, name, value, enabled: enabled ?? false }]
    : [];
}
