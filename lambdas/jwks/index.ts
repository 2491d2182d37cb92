import { awsRequest } from '../lib/aws-request';
import { fromAttributes } from '../lib/dynamodb-item';
import { stdoutLog } from '../lib/log';
import { parseRotationRecord, ROTATION_TABLE_KEY, type RotationRecord, rotationKey } from '../lib/rotation-record';
import { readJwksConfig } from './config';
import { createJwks } from './jwks';

const config = readJwksConfig(__dirname);

async function readRecord(): Promise<RotationRecord | undefined> {
  const answer = await awsRequest({
    service: 'dynamodb',
    region: config.region,
    operation: 'GetItem',
    input: {
      TableName: config.rotationTable,
      Key: { [ROTATION_TABLE_KEY]: { S: rotationKey(config.secretName) } },
      // A key is published when it is written: readers must not lag behind.
      ConsistentRead: true,
    },
    idempotent: true,
  });
  const { Item: item } = answer as { Item?: Record<string, unknown> };
  return item && parseRotationRecord(fromAttributes(item), config.secretName);
}

/** Lambda handler of `GET /.well-known/jwks.json`. */
export const handler = createJwks(config, { now: Date.now, readRecord, log: stdoutLog() });
