import { z } from 'zod';
import type { IndexSpec, TableSpec } from './types';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
});
const describedSchema = z.object({
  Table: z.object({
    TableStatus: z.string(),
    KeySchema: keySchema,
    AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
    GlobalSecondaryIndexes: z.array(indexSchema).default([]),
  }),
});
type StoredTable = z.infer<typeof describedSchema>['Table'];

/**
 * Makes the planned tables that do not exist yet, and checks those that do.
 *
 * @throws Error for a stored table whose keys or indexes are not the planned ones: the sandbox converts no data.
 */
export async function ensureTables(endpoint: string, tables: readonly TableSpec[]): Promise<void> {
  for (const spec of tables) {
    const known = await describe(endpoint, spec.name);
    if (!known) await call(endpoint, 'CreateTable', createTableInput(spec));
    else if (known.TableStatus === 'CREATING') await finishCreation(endpoint, spec);
    const stored = await waitUntilActive(endpoint, spec.name);
    assertAsPlanned(spec, stored);
  }
}

/**
 * A process that was killed between the two steps by which dynalite makes a table leaves it "CREATING" for ever.
 * Changing its throughput goes through the same states and ends in "ACTIVE".
 */
async function finishCreation(endpoint: string, spec: TableSpec): Promise<void> {
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const indexes = (spec.globalSecondaryIndexes ?? []).map(({ name }) => ({
    Update: { IndexName: name, ProvisionedThroughput },
  }));
  await call(endpoint, 'UpdateTable', {
    TableName: spec.name,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput,
    ...(indexes.length > 0 ? { GlobalSecondaryIndexUpdates: indexes } : {}),
  });
}

async function waitUntilActive(endpoint: string, name: string): Promise<StoredTable> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const table = await describe(endpoint, name);
    if (table?.TableStatus === 'ACTIVE') return table;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`table "${name}" did not become active`);
}

async function describe(endpoint: string, name: string): Promise<StoredTable | undefined> {
  const answer = await send(endpoint, 'DescribeTable', { TableName: name });
  if (answer.ok) return describedSchema.parse(answer.body).Table;
  if (answer.type === 'ResourceNotFoundException') return undefined;
  throw new Error(`DescribeTable of "${name}" failed: ${answer.type}: ${answer.message}`);
}

function createTableInput(spec: TableSpec): object {
  const indexes = (spec.globalSecondaryIndexes ?? []).map((index) => ({
    IndexName: index.name,
    KeySchema: keys(index),
    Projection: projection(index),
  }));
  return {
    TableName: spec.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys(spec),
    AttributeDefinitions: spec.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  };
}

function keys(spec: { hashKey: string; rangeKey?: string }): { AttributeName: string; KeyType: string }[] {
  const hash = { AttributeName: spec.hashKey, KeyType: 'HASH' };
  return spec.rangeKey === undefined ? [hash] : [hash, { AttributeName: spec.rangeKey, KeyType: 'RANGE' }];
}

function projection(index: IndexSpec): { ProjectionType: string; NonKeyAttributes?: string[] } {
  const named = index.nonKeyAttributes ?? [];
  return { ProjectionType: index.projectionType, ...(named.length > 0 ? { NonKeyAttributes: [...named] } : {}) };
}

function assertAsPlanned(spec: TableSpec, stored: StoredTable): void {
  const planned = planSummary(spec);
  const found = storedSummary(stored);
  if (planned === found) return;
  throw new Error(
    `table "${spec.name}" is stored with other keys or indexes than planned, and the sandbox converts no data: ` +
      `stored ${found}, planned ${planned}; start with fresh state`,
  );
}

function planSummary(spec: TableSpec): string {
  const types = new Map(spec.attributes.map(({ name, type }) => [name, type]));
  const indexes = (spec.globalSecondaryIndexes ?? []).map((index) =>
    summary(index.name, keys(index), types, projection(index)),
  );
  return [summary('table', keys(spec), types), ...indexes.sort()].join(' ');
}

function storedSummary(table: StoredTable): string {
  const types = new Map(table.AttributeDefinitions.map((item) => [item.AttributeName, item.AttributeType]));
  const indexes = table.GlobalSecondaryIndexes.map((index) =>
    summary(index.IndexName, index.KeySchema, types, index.Projection),
  );
  return [summary('table', table.KeySchema, types), ...indexes.sort()].join(' ');
}

function summary(
  name: string,
  keySchema: readonly { AttributeName: string; KeyType: string }[],
  types: ReadonlyMap<string, string>,
  projected?: { ProjectionType: string; NonKeyAttributes?: string[] | undefined },
): string {
  const parts = keySchema.map((key) => `${key.KeyType} ${key.AttributeName} ${types.get(key.AttributeName) ?? '?'}`);
  if (projected) parts.push([projected.ProjectionType, ...[...(projected.NonKeyAttributes ?? [])].sort()].join(' '));
  return `${name}(${parts.join(', ')})`;
}

type Answer = { ok: true; body: unknown } | { ok: false; type: string; message: string };

async function call(endpoint: string, operation: string, input: object): Promise<void> {
  const answer = await send(endpoint, operation, input);
  if (!answer.ok) throw new Error(`${operation} failed: ${answer.type}: ${answer.message}`);
}

/** dynalite wants the form of a signature, not a right one. */
async function send(endpoint: string, operation: string, input: object): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=sandbox, SignedHeaders=host, Signature=none',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '19700101T000000Z',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const body: unknown = await response.json();
  if (response.ok) return { ok: true, body };
  const error = z.object({ __type: z.string(), message: z.string().default('') }).parse(body);
  return { ok: false, type: error.__type.split('#').at(-1) ?? error.__type, message: error.message };
}
