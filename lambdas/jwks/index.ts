import { stdoutLog } from '../lib/log';
import { readRotationRecord } from '../lib/rotation-table';
import { readJwksConfig } from './config';
import { createJwks } from './jwks';

const config = readJwksConfig(__dirname);
const { region, rotationTable: table, secretName } = config;

/** Lambda handler of `GET /.well-known/jwks.json`. */
export const handler = createJwks(config, {
  now: Date.now,
  readRecord: () => readRotationRecord({ region, table, secretName }),
  log: stdoutLog(),
});
