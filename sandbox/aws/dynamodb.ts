import { mkdirSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import * as path from 'node:path';
import dynalite from 'dynalite';
import { create as createStore } from 'dynalite/db';
import { codeOf } from './error-code';
import { listen, stop } from './listen';
import { AwsError, refusal, sendError, unsupported } from './protocol';
import { ensureTables } from './tables';
import type { TableSpec } from './types';

/** What dynalite 4 implements. It answers any other operation with an error that does not say which one it was. */
const SUPPORTED = new Set(
  (
    'BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable DescribeTable DescribeTimeToLive GetItem ListTables ' +
    'ListTagsOfResource PutItem Query Scan TagResource UntagResource UpdateItem UpdateTable'
  ).split(' '),
);

export interface LocalDynamoDb {
  readonly endpoint: string;
  /** Answers a DynamoDB request that came in at the port of the other services. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/**
 * dynalite on a loopback port of its own, with its store in `<stateDir>/dynamodb`. LevelDB hands each write to the
 * operating system before it is acknowledged, so the death of this process loses none.
 *
 * @throws Error when another process has the store open, or a stored table differs from the planned one.
 */
export async function startDynamoDb(stateDir: string, tables: readonly TableSpec[]): Promise<LocalDynamoDb> {
  const folder = path.join(stateDir, 'dynamodb');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await assertStoreFree(folder);
  const server = new GuardedDynalite(folder);
  const endpoint = `http://127.0.0.1:${await server.listen()}`;
  try {
    await ensureTables(endpoint, tables);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    endpoint,
    handle: (request, response) => server.handle(request, response),
    close: () => server.close(),
  };
}

/**
 * dynalite opens its store in the background and crashes the process at the first request when that failed, so the
 * store is opened and closed once before. A lock that a killed process left is no obstacle: the system released it.
 */
async function assertStoreFree(folder: string): Promise<void> {
  const { db } = createStore({ path: folder });
  try {
    await db.open();
  } catch (error) {
    const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
    if (codeOf(cause) === 'LEVEL_LOCKED') {
      throw new Error(`${folder} is in use by another process: is a sandbox already running on this state?`, { cause });
    }
    throw new Error(`cannot open the table store ${folder}: ${String(cause)}`, { cause });
  }
  await db.close();
}

/**
 * dynalite's own handler behind the checks of the other endpoints. It throws, and so ends the process, when a caller
 * goes away in the middle of a request or when the store closes under one; neither can happen here.
 */
class GuardedDynalite {
  private readonly server: Server;
  private readonly handlers: ReturnType<Server['listeners']>;
  private active = 0;
  private onIdle: (() => void) | undefined;
  private closing = false;

  constructor(folder: string) {
    this.server = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.handlers = this.server.listeners('request');
    this.server.removeAllListeners('request');
    this.server.on('request', (request, response) => this.handle(request, response));
  }

  listen(): Promise<number> {
    return listen(this.server, 0);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const refused = this.refusalOf(request);
    if (refused) {
      request.resume();
      sendError(response, refused);
      return;
    }
    let working = false;
    request.once('end', () => {
      working = true;
      this.active += 1;
    });
    // Ended by the call, not by an event: the work goes on when the caller's connection is gone.
    response.end = new Proxy(response.end, {
      apply: (end, self, args) => {
        if (working) this.workDone();
        working = false;
        return Reflect.apply(end, self, args);
      },
    });
    for (const handler of this.handlers) handler.call(this.server, request, response);
    // With a listener the event is dynalite's "throw"; without one an aborted request just ends.
    request.removeAllListeners('error');
  }

  async close(): Promise<void> {
    this.closing = true;
    if (this.active > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    await stop(this.server);
  }

  private workDone(): void {
    this.active -= 1;
    if (this.active === 0) this.onIdle?.();
  }

  private refusalOf(request: IncomingMessage): AwsError | undefined {
    const refused = refusal(request);
    if (refused) return refused;
    if (this.closing) return new AwsError('ServiceUnavailable', 'the sandbox is stopping', 503);
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? 'without X-Amz-Target';
    return SUPPORTED.has(operation) ? undefined : unsupported(`DynamoDB ${operation}`);
  }
}
