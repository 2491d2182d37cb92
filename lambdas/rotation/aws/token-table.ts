import { fromAttributes } from '../../lib/dynamodb-item';
import { applicationKey, TOKEN_INDEXES, TOKEN_TABLE_KEY } from '../../lib/token-record';
import { codeOf } from '../errors';
import type { KeyedRecords } from '../kinds/gateway-key-target';
import { awsCaller } from './secrets';

type Key = Record<string, unknown>;

interface Page {
  readonly Items?: readonly Record<string, unknown>[];
  readonly LastEvaluatedKey?: Key;
}

/**
 * How many tokens that have not expired need each pepper, by its id. A revoked or disabled token counts: a disabled one may come back.
 * The whole table is read, strongly consistent, and of each item only ids and times.
 */
export async function referencedPeppers(
  options: { readonly region: string; readonly table: string },
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const pages = pagesOf(options.region, 'Scan', {
    TableName: options.table,
    ConsistentRead: true,
    FilterExpression: 'entity = :token AND expiresAt > :now',
    ExpressionAttributeValues: { ':token': { S: 'token' }, ':now': { N: String(Math.floor(now / 1000)) } },
    ProjectionExpression: 'generations[0].pepperId, generations[1].pepperId',
    Select: 'SPECIFIC_ATTRIBUTES',
  });
  for await (const items of pages) {
    for (const item of items) {
      const { generations } = item as { generations?: readonly { readonly pepperId?: unknown }[] };
      for (const { pepperId } of generations ?? []) {
        if (typeof pepperId === 'string') {
          found.set(pepperId, (found.get(pepperId) ?? 0) + 1);
        }
      }
    }
  }
  return found;
}

/** The records of an application and its tokens. */
export function dynamoKeyedRecords(options: {
  readonly region: string;
  readonly table: string;
  readonly application: string;
}): KeyedRecords {
  const { region, table: TableName, application } = options;
  const call = awsCaller('dynamodb', region);

  /** Writes the new key where the item still has the old value. */
  async function replace(key: string, from: string, to: Readonly<Record<string, string>>): Promise<boolean> {
    const names = Object.keys(to);
    try {
      await call('UpdateItem', {
        TableName,
        Key: { [TOKEN_TABLE_KEY]: { S: key } },
        UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}, #version = #version + :one`,
        ConditionExpression: 'usageKey = :from',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, { S: to[name] }])),
          ':from': { S: from },
          ':one': { N: '1' },
        },
      });
      return true;
    } catch (error) {
      if (codeOf(error) === 'ConditionalCheckFailedException') {
        return false;
      }
      throw error;
    }
  }

  return {
    async application() {
      const answer = await call(
        'GetItem',
        {
          TableName,
          Key: { [TOKEN_TABLE_KEY]: { S: applicationKey(application) } },
          // What the role may read.
          ProjectionExpression: 'usageKey, usageKeyId',
          ConsistentRead: true,
        },
        true,
      );
      const { Item: item } = answer as { Item?: Record<string, unknown> };
      const { usageKey, usageKeyId } = item ? fromAttributes(item) : {};
      return typeof usageKey === 'string' && typeof usageKeyId === 'string'
        ? { keyId: usageKeyId, value: usageKey }
        : undefined;
    },

    async switchKey(from, { keyId, value }) {
      let changed = 0;
      for (const old of from) {
        // The application first: tokens that are issued from now on get the new key.
        if (await replace(applicationKey(application), old, { usageKey: value, usageKeyId: keyId })) {
          changed += 1;
        }
      }
      const pages = pagesOf(region, 'Query', {
        TableName,
        IndexName: TOKEN_INDEXES.byApplication,
        KeyConditionExpression: 'application = :application',
        FilterExpression: 'entity = :token',
        ExpressionAttributeValues: { ':application': { S: application }, ':token': { S: 'token' } },
        ProjectionExpression: TOKEN_TABLE_KEY,
        Select: 'SPECIFIC_ATTRIBUTES',
      });
      for await (const items of pages) {
        for (const { [TOKEN_TABLE_KEY]: key } of items) {
          for (const old of from) {
            if (await replace(String(key), old, { usageKey: value })) {
              changed += 1;
            }
          }
        }
      }
      return changed;
    },
  };
}

async function* pagesOf(
  region: string,
  operation: 'Scan' | 'Query',
  input: Readonly<Record<string, unknown>>,
): AsyncGenerator<readonly Record<string, unknown>[]> {
  const call = awsCaller('dynamodb', region);
  let start: Key | undefined;
  do {
    const page = (await call(operation, { ...input, ...(start && { ExclusiveStartKey: start }) }, true)) as Page;
    yield (page.Items ?? []).map(fromAttributes);
    start = page.LastEvaluatedKey;
  } while (start);
}
