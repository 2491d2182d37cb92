import { fromAttributes, toAttributes } from '../../lib/dynamodb-item';
import { parseRotationRecord, ROTATION_TABLE_KEY, rotationKey } from '../../lib/rotation-record';
import { codeOf } from '../errors';
import type { RecordStore } from '../ports';
import { awsCaller } from './secrets';

/** The record of a secret in the rotation table. */
export function dynamoRecords(options: {
  readonly region: string;
  readonly table: string;
  readonly secretName: string;
}): RecordStore {
  const call = awsCaller('dynamodb', options.region);
  const { table: TableName } = options;
  const Key = { [ROTATION_TABLE_KEY]: { S: rotationKey(options.secretName) } };
  return {
    async read() {
      const answer = await call('GetItem', { TableName, Key, ConsistentRead: true }, true);
      const { Item: item } = answer as { Item?: Record<string, unknown> };
      return item && parseRotationRecord(fromAttributes(item), options.secretName);
    },

    async write(record) {
      const condition =
        record.version === 1
          ? { ConditionExpression: `attribute_not_exists(${ROTATION_TABLE_KEY})` }
          : {
              ConditionExpression: '#version = :before',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':before': { N: String(record.version - 1) } },
            };
      try {
        await call('PutItem', { TableName, Item: toAttributes(record), ...condition });
        return true;
      } catch (error) {
        if (codeOf(error) === 'ConditionalCheckFailedException') {
          return false;
        }
        throw error;
      }
    },
  };
}
