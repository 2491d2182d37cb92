import { setTimeout } from 'node:timers/promises';
import { stdoutLog } from '../lib/log';
import { dynamoRecords } from './aws/records';
import { secretsManagerClient } from './aws/secrets';
import { readRotationConfig } from './config';
import { rotationOf } from './kinds';

const config = readRotationConfig(__dirname);
const { region, rotationTable: table, secretName } = config;

/** Lambda handler of the rotation of one secret. */
export const handler = rotationOf(config, {
  clock: { now: Date.now, sleep: (ms) => setTimeout(ms, undefined) },
  secrets: secretsManagerClient({ region, secret: secretName }),
  records: dynamoRecords({ region, table, secretName }),
  log: stdoutLog(),
});
