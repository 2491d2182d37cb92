import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { listedAttributes, OPEN_JOBS, TOKEN_INDEXES, TOKEN_TABLE_KEY } from '../../../../lambdas/lib/token-record';

const dynalite: (options: { createTableMs: number }) => Server = require('dynalite');

export const TABLE = 'acme-dev-tokens';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A DynamoDB on loopback that holds an empty token table. */
export interface TokenTable {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  items(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function startTokenTable(): Promise<TokenTable> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials: CREDENTIALS, maxAttempts: 3 });
  await base.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: TOKEN_TABLE_KEY, KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: TOKEN_TABLE_KEY, AttributeType: 'S' },
        { AttributeName: 'entity', AttributeType: 'S' },
        { AttributeName: 'application', AttributeType: 'S' },
        { AttributeName: 'createdAt', AttributeType: 'N' },
        { AttributeName: 'team', AttributeType: 'S' },
        { AttributeName: 'expiresAt', AttributeType: 'N' },
        { AttributeName: 'outboxOf', AttributeType: 'S' },
        { AttributeName: 'outboxAt', AttributeType: 'N' },
        { AttributeName: 'applicationOf', AttributeType: 'S' },
        { AttributeName: OPEN_JOBS, AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        index(TOKEN_INDEXES.byCreated, 'entity', 'createdAt'),
        index(TOKEN_INDEXES.byApplication, 'application', 'createdAt'),
        index(TOKEN_INDEXES.byTeam, 'team', 'createdAt'),
        index(TOKEN_INDEXES.byTeamExpiry, 'team', 'expiresAt'),
        {
          ...index(TOKEN_INDEXES.applicationsOfTeam, 'applicationOf', 'application'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        { ...index(TOKEN_INDEXES.openJobs, OPEN_JOBS, 'createdAt'), Projection: { ProjectionType: 'KEYS_ONLY' } },
        { ...index(TOKEN_INDEXES.byOutbox, 'outboxOf', 'outboxAt'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    }),
  );
  const client = DynamoDBDocumentClient.from(base);
  return {
    endpoint,
    client,
    items: async () => (await client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))).Items ?? [],
    close: async () => {
      base.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function index(name: string, hashKey: string, rangeKey: string) {
  const projected = listedAttributes().filter((attribute) => attribute !== hashKey && attribute !== rangeKey);
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: hashKey, KeyType: 'HASH' as const },
      { AttributeName: rangeKey, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: projected },
  };
}
