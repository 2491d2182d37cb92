import { setTimeout } from 'node:timers/promises';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { generateApiToken } from '../lib/api-token';
import { randomBase62 } from '../lib/base62';
import { dynamoCall } from '../lib/dynamo-call';
import { clientSecretBrand } from '../lib/grammar';
import { stdoutLog } from '../lib/log';
import { dynamoTrailLog } from '../lib/trail/trail-log';
import { dynamoTrailReader } from '../lib/trail/trail-reader';
import { ApiGatewayKeys } from './aws/api-gateway-keys';
import { DynamoBulkIndex } from './aws/dynamo-bulk';
import { DynamoClients } from './aws/dynamo-clients';
import { DynamoItems } from './aws/dynamo-items';
import { DynamoTokenStore } from './aws/dynamo-store';
import { DynamoTeams } from './aws/dynamo-teams';
import { DynamoUsage } from './aws/dynamo-usage';
import { secretsManagerPepper } from './aws/pepper-source';
import { StageCaches } from './aws/stage-caches';
import { readTokenServiceConfig } from './config';
import { createTokenService } from './service';

const USAGE_KEY_LENGTH = 40;
const ID_LENGTH = 16;
/** The set of revocations is one item: a burst of changes to a long one meets the limit of its partition, which passes. */
const DATABASE_ATTEMPTS = 8;

const config = readTokenServiceConfig(__dirname);
const { region, brand, tokenEnvironment, table, trailTable, namePrefix } = config;
const database = DynamoDBDocumentClient.from(new DynamoDBClient({ region, maxAttempts: DATABASE_ATTEMPTS }));
// The control plane of API Gateway allows a handful of calls a second for the whole account.
const apiGateway = new APIGatewayClient({ region, maxAttempts: 6 });

// A revocation waits for the flush: one attempt more, and no long pauses.
const stageCaches = new StageCaches(
  new APIGatewayClient({ region, maxAttempts: 2 }),
  config.resultCaches ?? [],
  Date.now,
);

export const handler = createTokenService(
  config,
  {
    now: Date.now,
    newToken: (id) => generateApiToken(brand, tokenEnvironment, id),
    newClientSecret: (id) => generateApiToken(clientSecretBrand(brand), tokenEnvironment, id),
    newId: () => randomBase62(ID_LENGTH),
    newUsageKey: () => randomBase62(USAGE_KEY_LENGTH),
    store: new DynamoTokenStore(database, table),
    clients: new DynamoClients(database, table),
    items: new DynamoItems(database, table),
    teams: new DynamoTeams(database, table),
    trail: trailTable === undefined ? undefined : dynamoTrailLog(dynamoCall({ region }), trailTable),
    trailReader: trailTable === undefined ? undefined : dynamoTrailReader(dynamoCall({ region }), trailTable),
    bulk: new DynamoBulkIndex(database, table),
    pepper: secretsManagerPepper({ region, secret: config.pepperSecret }, Date.now),
    usage: config.usageTable === undefined ? undefined : new DynamoUsage(database, config.usageTable, setTimeout),
    usageKeys: new ApiGatewayKeys(apiGateway, namePrefix),
    flushAuthorizerCaches: () => stageCaches.flush(),
    log: stdoutLog(),
    wait: setTimeout,
    random: Math.random,
  },
  { allowOrigin: process.env.CORS_ALLOW_ORIGIN },
);
