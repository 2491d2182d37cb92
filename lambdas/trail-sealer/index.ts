import { randomBase62 } from '../lib/base62';
import { dynamoCall } from '../lib/dynamo-call';
import { stdoutLog } from '../lib/log';
import { s3Objects } from '../lib/s3-objects';
import { readTrailSealerConfig } from './config';
import { kmsKey } from './kms-key';
import { TrailSealer } from './sealer';
import { dynamoSealingTable } from './sealing-table';

const config = readTrailSealerConfig(__dirname);
const { region, table, bucket, signingKey } = config;

const sealer = new TrailSealer(config, {
  now: Date.now,
  newOwner: () => randomBase62(16),
  table: dynamoSealingTable(dynamoCall({ region }), table),
  objects: s3Objects({ region, bucket }),
  key: kmsKey({ region, key: signingKey }),
  log: stdoutLog(),
});

/** Lambda handler of the schedule: seals what was appended since the last seal. */
export const handler = () => sealer.run();
