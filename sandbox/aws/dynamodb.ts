import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as path from 'node:path';
import { listen, stop } from '../shared/listen';
import type { SandboxCredentials } from './credentials';
import { guarded } from './guard';
import { AwsError, parseJson, sendError, unsupported } from './protocol';
import { TableStore } from './table-store';
import { ensureTables } from './tables';
import type { TableSpec } from './types';

/** What dynalite 4 implements. */
const SUPPORTED = new Set(
  (
    'BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable DescribeTable DescribeTimeToLive GetItem ListTables ' +
    'ListTagsOfResource PutItem Query Scan TagResource UntagResource UpdateItem UpdateTable'
  ).split(' '),
);
/** DynamoDB's largest request (service quotas). */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface LocalDynamoDb {
  readonly endpoint: string;
  /** Answers a DynamoDB request that came in at the port of the other services and was found good there. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/**
 * DynamoDB on a loopback port of its own, with its store in `<stateDir>/dynamodb`.
 *
 * @throws {SandboxError} when another process has the store open, it is damaged, or a stored table differs from the planned one.
 */
export async function startDynamoDb(
  stateDir: string,
  tables: readonly TableSpec[],
  credentials: SandboxCredentials,
  onTrouble: (line: string) => void,
): Promise<LocalDynamoDb> {
  const folder = path.join(stateDir, 'dynamodb');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = await TableStore.open(folder);
  let closing = false;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(store, request, response, closing).catch((error: unknown) => {
      if (!(error instanceof AwsError)) {
        onTrouble(`the table store failed: ${(error as Error).message}`);
      }
      sendError(
        response,
        error instanceof AwsError ? error : new AwsError('InternalServerError', 'the store failed', 500),
      );
    });
  };
  const server = createServer(guarded(credentials, handle));
  const close = async (): Promise<void> => {
    closing = true;
    await stop(server);
    await store.close();
  };
  try {
    const endpoint = `http://127.0.0.1:${await listen(server, 0)}`;
    await ensureTables((operation, input) => store.call(operation, input), tables);
    return { endpoint, handle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function answer(
  store: TableStore,
  request: IncomingMessage,
  response: ServerResponse,
  closing: boolean,
): Promise<void> {
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? 'without X-Amz-Target';
  const refused = SUPPORTED.has(operation) ? undefined : unsupported(`DynamoDB ${operation}`);
  if (refused !== undefined || closing) {
    request.resume();
    throw refused ?? new AwsError('ServiceUnavailable', 'the sandbox is stopping', 503);
  }
  const text = await bodyOf(request);
  // The caller went away before it had said everything.
  if (text === undefined) {
    return;
  }
  const { status, body } = await store.call(operation, parseJson(text));
  const answered = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': answered.length });
  response.end(answered);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      if (size > MAX_REQUEST_BYTES) {
        throw new AwsError('RequestEntityTooLargeException', `the request is above ${MAX_REQUEST_BYTES} bytes`, 413);
      }
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof AwsError) {
      throw error;
    }
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
