import { z } from 'zod';
import { SandboxError } from '../state/error';
import type { TableAnswer } from './table-store';
import type { IndexSpec, TableSpec } from './types';

type TableCall = (operation: string, input: object) => Promise<TableAnswer>;

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
export async function ensureTables(call: TableCall, tables: readonly TableSpec[]): Promise<void> {
  for (const spec of tables) {
    const known = await describe(call, spec.name);
    if (!known) {
      await change(call, 'CreateTable', createTableInput(spec));
    } else if (known.TableStatus === 'CREATING') {
      await finishCreation(call, spec);
    }
    const stored = await waitUntilActive(call, spec.name);
    assertAsPlanned(spec, stored);
  }
}

/**
 * A process that was killed between the two steps by which dynalite makes a table leaves it "CREATING" for ever.
 * Changing its throughput goes through the same states and ends in "ACTIVE".
 */
async function finishCreation(call: TableCall, spec: TableSpec): Promise<void> {
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const indexes = (spec.globalSecondaryIndexes ?? []).map(({ name }) => ({
    Update: { IndexName: name, ProvisionedThroughput },
  }));
  await change(call, 'UpdateTable', {
    TableName: spec.name,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput,
    ...(indexes.length > 0 ? { GlobalSecondaryIndexUpdates: indexes } : {}),
  });
}

async function waitUntilActive(call: TableCall, name: string): Promise<StoredTable> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const table = await describe(call, name);
    if (table?.TableStatus === 'ACTIVE') {
      return table;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`table "${name}" did not become active`);
}

async function describe(call: TableCall, name: string): Promise<StoredTable | undefined> {
  const { status, body } = await call('DescribeTable', { TableName: name });
  if (status === 200) {
    return describedSchema.parse(body).Table;
  }
  const error = errorOf(body);
  if (error.startsWith('ResourceNotFoundException')) {
    return undefined;
  }
  throw new Error(`DescribeTable of "${name}" failed: ${error}`);
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
  if (planned === found) {
    return;
  }
  throw new SandboxError(
    `table "${spec.name}" is stored with other keys or indexes than planned, and the sandbox converts no data: ` +
      `stored ${found}, planned ${planned}; start with --fresh`,
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
  if (projected) {
    parts.push([projected.ProjectionType, ...[...(projected.NonKeyAttributes ?? [])].sort()].join(' '));
  }
  return `${name}(${parts.join(', ')})`;
}

async function change(call: TableCall, operation: string, input: object): Promise<void> {
  const { status, body } = await call(operation, input);
  if (status !== 200) {
    throw new Error(`${operation} failed: ${errorOf(body)}`);
  }
}

/** Name and text of an error. */
function errorOf(body: unknown): string {
  const error = z.object({ __type: z.string(), message: z.string().default('') }).parse(body);
  return `${error.__type.split('#').at(-1)}: ${error.message}`;
}
