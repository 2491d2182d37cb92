import { awsRequest } from './aws-request';
import { fromAttributes } from './dynamodb-item';
import {
  parseRotationRecord,
  ROTATION_TABLE_KEY,
  type RotationRecord,
  type RotationRecordPlace,
  rotationKey,
} from './rotation-record';

const TIMEOUT_MS = 2000;

/**
 * Reads the record of a secret, consistently: a key is published when it is written, and readers must not lag behind.
 *
 * @throws {Error} when the table cannot be read, or the record is malformed
 */
export async function readRotationRecord({
  region,
  table,
  secretName,
}: RotationRecordPlace): Promise<RotationRecord | undefined> {
  const answer = await awsRequest({
    service: 'dynamodb',
    region,
    operation: 'GetItem',
    input: {
      TableName: table,
      Key: { [ROTATION_TABLE_KEY]: { S: rotationKey(secretName) } },
      ConsistentRead: true,
    },
    timeoutMs: TIMEOUT_MS,
    idempotent: true,
  });
  const { Item: item } = answer as { Item?: Record<string, unknown> };
  return item && parseRotationRecord(fromAttributes(item), secretName);
}
