import { awsRequest } from '../../lib/aws-request';
import { fromAttributes } from '../../lib/dynamodb-item';
import { parseOwnKeySetAddress } from '../../lib/own-key-set';
import { publicKeysOf } from '../../lib/public-key-set';
import { parseRotationRecord, ROTATION_TABLE_KEY, rotationKey } from '../../lib/rotation-record';

const READ_TIMEOUT_MS = 2000;

/**
 * Reads the platform's own public keys where they are kept, so that its authorizers depend on no public address.
 *
 * @throws {Error} for an address of another kind, and when nothing is published there
 */
export async function readOwnKeySet(address: string): Promise<unknown> {
  const place = parseOwnKeySetAddress(address);
  if (!place) {
    throw new Error(`key set address of the protocol ${new URL(address).protocol} is not supported, expected https`);
  }
  const { region, table, secretName } = place;
  const answer = await awsRequest({
    service: 'dynamodb',
    region,
    operation: 'GetItem',
    input: {
      TableName: table,
      Key: { [ROTATION_TABLE_KEY]: { S: rotationKey(secretName) } },
      // A key is published when it is written: readers must not lag behind.
      ConsistentRead: true,
    },
    timeoutMs: READ_TIMEOUT_MS,
    idempotent: true,
  });
  const { Item: item } = answer as { Item?: Record<string, unknown> };
  const keys = publicKeysOf(item && parseRotationRecord(fromAttributes(item), secretName));
  if (keys.length === 0) {
    throw new Error('no signing key is published yet');
  }
  return { keys };
}
