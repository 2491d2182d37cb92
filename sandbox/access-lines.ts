import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS_LOG_FIELDS } from '../constructs/gateway/access-log';
import { ACCESS_LINE_TABLE, DAY_COLUMN } from '../lambdas/lib/usage/queries';
import { packagesFault } from './packages';
import { SandboxError } from './state/error';

export interface AccessLineQuery {
  /** State folder of a sandbox, which may be running. */
  readonly stateDir: string;
  /** SQL over the table `access_lines`, as Athena reads it too. */
  readonly sql: string;
}

/** A row of an answer, by column. */
export type AccessLineRow = Readonly<Record<string, unknown>>;

/**
 * Asks the access logs of a sandbox in SQL, as Athena is asked for those that are archived in S3. DuckDB does it, in memory: the lines are read
 * once, and then the query reaches neither files nor the network.
 *
 * @throws {SandboxError} when the package `@duckdb/node-api` is not installed
 */
export async function queryAccessLines({ stateDir, sql }: AccessLineQuery): Promise<AccessLineRow[]> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(tableOf(accessLogFiles(stateDir)));
    await connection.run('SET enable_external_access = false; SET lock_configuration = true');
    const answer = await connection.runAndReadAll(sql);
    return answer.getRowObjectsJS().map(plainRow);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const PACKAGE = '@duckdb/node-api';

/** What is used of DuckDB; its own types are there only where it is installed. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<{
        run(sql: string): Promise<unknown>;
        runAndReadAll(sql: string): Promise<{ getRowObjectsJS(): AccessLineRow[] }>;
        closeSync(): void;
      }>;
      closeSync(): void;
    }>;
  };
}

async function loadDuckDb(): Promise<DuckDb> {
  const fault = packagesFault('a question in SQL', [PACKAGE]);
  if (fault !== undefined) {
    throw new SandboxError(fault);
  }
  return import(PACKAGE) as Promise<DuckDb>;
}

/** The files of all access logs, with those that were put aside. */
function accessLogFiles(stateDir: string): string[] {
  const folder = join(stateDir, 'logs', 'aws', 'apigateway');
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|[\\/])access\.log(\.\d+)?$/.test(name))
    .map((name) => join(folder, name));
}

/** Lines that are cut are left out, as by Athena. */
function tableOf(files: readonly string[]): string {
  const columns = [
    ['v', 'BIGINT'],
    ...Object.entries(ACCESS_LOG_FIELDS).map(([name, { numeric = false }]) => [name, numeric ? 'BIGINT' : 'VARCHAR']),
  ];
  if (files.length === 0) {
    const typed = columns.map(([name, type]) => `CAST(NULL AS ${type}) AS ${name}`);
    return `CREATE TABLE ${ACCESS_LINE_TABLE} AS SELECT ${typed.join(', ')}, CAST(NULL AS VARCHAR) AS ${DAY_COLUMN} WHERE false`;
  }
  const list = files.map(quoted).join(', ');
  const types = columns.map(([name, type]) => `${name}: ${quoted(type ?? '')}`).join(', ');
  return `CREATE TABLE ${ACCESS_LINE_TABLE} AS SELECT *, strftime(epoch_ms(ts), '%Y-%m-%d') AS ${DAY_COLUMN}
    FROM read_json([${list}], format = 'newline_delimited', columns = {${types}}, ignore_errors = true)
    WHERE ts IS NOT NULL`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Counts are far below what a number holds exactly. */
function plainRow(row: AccessLineRow): AccessLineRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}
