import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { USAGE_TABLE_KEYS } from '../../../../lambdas/lib/usage/pages';
import { dynamoTokenUses } from '../../../../lambdas/usage-aggregator/aws/token-table';
import { dynamoUsageStore } from '../../../../lambdas/usage-aggregator/aws/usage-table';
import type { AggregatorPorts } from '../../../../lambdas/usage-aggregator/ports';
import { startTokenTable, TABLE, type TokenTable } from '../../token-service/support/token-table';
import { NOW } from './memory';

export const USAGE_TABLE = 'acme-dev-usage';

const VARIABLES = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** A DynamoDB on loopback with token table and usage table, and the ports of an aggregator that works on it. */
export interface UsageTables {
  readonly tokens: TokenTable;
  ports(now?: () => number): AggregatorPorts;
  usageItems(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Makes the usage table beside a token table. */
async function addUsageTable({ client }: TokenTable): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: USAGE_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: USAGE_TABLE_KEYS.hash, KeyType: 'HASH' },
        { AttributeName: USAGE_TABLE_KEYS.range, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: USAGE_TABLE_KEYS.hash, AttributeType: 'S' },
        { AttributeName: USAGE_TABLE_KEYS.range, AttributeType: 'S' },
      ],
    }),
  );
}

export async function startUsageTables(): Promise<UsageTables> {
  return usageTablesOf(await startTokenTable());
}

/** Adds the usage table to a DynamoDB that runs already; closing ends that too. */
export async function usageTablesOf(tokens: TokenTable): Promise<UsageTables> {
  await addUsageTable(tokens);
  const before = { ...process.env };
  Object.assign(process.env, VARIABLES, { AWS_ENDPOINT_URL_DYNAMODB: tokens.endpoint });
  return {
    tokens,
    ports: (now = () => NOW) => ({
      now,
      usage: dynamoUsageStore({ region: 'eu-west-1', table: USAGE_TABLE }),
      tokens: dynamoTokenUses({ region: 'eu-west-1', table: TABLE }),
      log: () => undefined,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
    }),
    usageItems: async () =>
      (await tokens.client.send(new ScanCommand({ TableName: USAGE_TABLE, ConsistentRead: true }))).Items ?? [],
    close: async () => {
      for (const name of [...Object.keys(VARIABLES), 'AWS_ENDPOINT_URL_DYNAMODB']) {
        if (before[name] === undefined) {
          delete process.env[name];
        } else {
          process.env[name] = before[name];
        }
      }
      await tokens.close();
    },
  };
}
