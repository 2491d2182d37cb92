import { AwsRequestError, awsRequest } from '../../lib/aws-request';
import { fromAttributes, toAttributes } from '../../lib/dynamodb-item';
import { USAGE_TABLE_KEYS, type UsagePage } from '../../lib/usage/pages';
import { PROGRESS_SUBJECT, type UsageProgress } from '../../lib/usage/progress';
import { SUMMARY_SLOT, type UsageSummary } from '../../lib/usage/summary';
import type { UsageStore } from '../ports';

type Item = Record<string, unknown>;

/** The usage table in DynamoDB. */
export function dynamoUsageStore({ region, table }: { readonly region: string; readonly table: string }): UsageStore {
  async function get(subject: string, slot: string): Promise<Item | undefined> {
    const answer = await awsRequest({
      service: 'dynamodb',
      region,
      operation: 'GetItem',
      input: {
        TableName: table,
        Key: { [USAGE_TABLE_KEYS.hash]: { S: subject }, [USAGE_TABLE_KEYS.range]: { S: slot } },
        ConsistentRead: true,
      },
      idempotent: true,
    });
    const { Item: item } = answer as { Item?: Item };
    return item && fromAttributes(item);
  }

  /** Puts an item over what was read: over nothing, or over one whose attribute still has the value. */
  function put(item: object, over?: { readonly name: string; readonly value: number }): Promise<boolean> {
    const condition =
      over === undefined
        ? {
            ConditionExpression: 'attribute_not_exists(#it)',
            ExpressionAttributeNames: { '#it': USAGE_TABLE_KEYS.hash },
          }
        : {
            ConditionExpression: '#it = :over',
            ExpressionAttributeNames: { '#it': over.name },
            ExpressionAttributeValues: { ':over': { N: String(over.value) } },
          };
    return unlessConditionFails(
      awsRequest({
        service: 'dynamodb',
        region,
        operation: 'PutItem',
        input: { TableName: table, Item: toAttributes(item), ...condition },
        // A repeated put is refused by its condition, and what it did is found by reading again.
        idempotent: true,
      }),
    );
  }

  const putVersion = (item: UsagePage | UsageSummary): Promise<boolean> =>
    put(item, item.version === 1 ? undefined : { name: 'version', value: item.version - 1 });

  return {
    getPage: async (subject, slot) => (await get(subject, slot)) as UsagePage | undefined,
    putPage: putVersion,
    getSummary: async (subject) => (await get(subject, SUMMARY_SLOT)) as UsageSummary | undefined,
    putSummary: putVersion,
    getProgress: async (logGroup) => (await get(PROGRESS_SUBJECT, logGroup)) as UsageProgress | undefined,
    putProgress: (progress, over) => put(progress, over && { name: 'countedAt', value: over.countedAt }),
  };
}

/** Whether a write was done, and not refused by its condition. */
export async function unlessConditionFails(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof AwsRequestError && error.code === 'ConditionalCheckFailedException') {
      return false;
    }
    throw error;
  }
}
