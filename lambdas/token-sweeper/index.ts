import { setTimeout } from 'node:timers/promises';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomBase62 } from '../lib/base62';
import { dynamoCall } from '../lib/dynamo-call';
import { stdoutLog } from '../lib/log';
import { dynamoTrailLog } from '../lib/trail/trail-log';
import { DynamoBulkIndex } from '../token-service/aws/dynamo-bulk';
import { DynamoItems } from '../token-service/aws/dynamo-items';
import { DynamoTokenStore } from '../token-service/aws/dynamo-store';
import { DynamoTeams } from '../token-service/aws/dynamo-teams';
import { StageCaches } from '../token-service/aws/stage-caches';
import { DynamoOutboxIndex } from './aws/outbox-index';
import { readTokenSweeperConfig } from './config';
import { createSweeper } from './sweeper';

const ID_LENGTH = 16;

const config = readTokenSweeperConfig(__dirname);
const { region, table, trailTable, resultCaches = [] } = config;
const database = DynamoDBDocumentClient.from(new DynamoDBClient({ region, maxAttempts: 8 }));
const stageCaches = new StageCaches(new APIGatewayClient({ region, maxAttempts: 2 }), resultCaches, Date.now);

/** Lambda handler of the schedule. */
export const handler = createSweeper(config, {
  now: Date.now,
  newId: () => randomBase62(ID_LENGTH),
  store: new DynamoTokenStore(database, table),
  teams: new DynamoTeams(database, table),
  items: new DynamoItems(database, table),
  bulk: new DynamoBulkIndex(database, table),
  outboxes: new DynamoOutboxIndex(database, table),
  trail: trailTable === undefined ? undefined : dynamoTrailLog(dynamoCall({ region }), trailTable),
  flushAuthorizerCaches: () => stageCaches.flush(),
  log: stdoutLog(),
  wait: setTimeout,
  random: Math.random,
});
