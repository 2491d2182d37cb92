import { awsRequest } from '../lib/aws-request';
import { fromAttributes } from '../lib/dynamodb-item';
import { sendRequest } from '../lib/http-request';
import { type Log, stdoutLog } from '../lib/log';
import { nodeCryptoEngine } from './access-token/node-crypto-engine';
import type { SignatureEngine } from './access-token/signature';
import type { AuthorizerConfig } from './config';
import { decisionLog, describeError } from './decision-log';
import { optionalParts } from './optional-parts';
import type { AuthorizerPorts } from './ports';

const READ_TIMEOUT_MS = 2000;
const KEY_SET_TIMEOUT_MS = 1500;
const KEY_SET_MAX_BYTES = 150_000;

/** Ports of the running function: DynamoDB, Secrets Manager, the issuers' key sets, standard output. */
export function awsPorts(config: AuthorizerConfig, log: Log = stdoutLog()): AuthorizerPorts {
  return {
    clock: Date.now,
    readItem: (key, consistent) => readItem(config, key, consistent),
    readSecret: (name) => readSecret(config, name),
    send: sendRequest,
    readPepper: () => readSecret(config, config.apiTokens?.pepperSecret),
    fetchKeySet,
    verifySignature: signatureEngine(config),
    log: decisionLog(log, config.metricsNamespace),
    warn: (event, error) => log({ level: 'warn', evt: `auth.${event}`, fields: { error: describeError(error) } }),
  };
}

/** The engine of the configuration. Without issuers there is nothing to verify, and nothing to load for it. */
function signatureEngine({ engine, issuers }: AuthorizerConfig): SignatureEngine {
  return engine === 'node-crypto' || issuers.length === 0 ? nodeCryptoEngine : optionalParts.joseEngine().joseEngine;
}

async function readItem(
  config: AuthorizerConfig,
  key: string,
  consistent: boolean,
): Promise<Record<string, unknown> | undefined> {
  const answer = await awsRequest({
    service: 'dynamodb',
    region: config.region,
    operation: 'GetItem',
    input: { TableName: config.apiTokens?.table, Key: { pk: { S: key } }, ConsistentRead: consistent },
    timeoutMs: READ_TIMEOUT_MS,
    idempotent: true,
  });
  const { Item: item } = answer as { Item?: Record<string, unknown> };
  return item && fromAttributes(item);
}

async function readSecret(config: AuthorizerConfig, name: string | undefined): Promise<string> {
  const answer = await awsRequest({
    service: 'secretsmanager',
    region: config.region,
    operation: 'GetSecretValue',
    // By its label: the resource policy of a rotated secret refuses whoever might mean another version.
    input: { SecretId: name, VersionStage: 'AWSCURRENT' },
    timeoutMs: READ_TIMEOUT_MS,
    idempotent: true,
  });
  const { SecretString: text } = answer as { SecretString?: unknown };
  if (typeof text !== 'string') {
    throw new Error('secret holds no text');
  }
  return text;
}

/**
 * Fetches a key set, with a second attempt when the transport fails; the platform's own is read where it is kept. Plain HTTP is accepted from this
 * machine only, for development.
 *
 * @throws {Error} on any answer but 200 with JSON, redirects included
 */
export async function fetchKeySet(uri: string): Promise<unknown> {
  const url = new URL(uri);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname))) {
    return optionalParts.ownKeys().readOwnKeySet(uri);
  }
  const attempt = () =>
    sendRequest({
      url,
      method: 'GET',
      headers: { accept: 'application/json' },
      timeoutMs: KEY_SET_TIMEOUT_MS,
      maxBytes: KEY_SET_MAX_BYTES,
      idempotent: true,
    });
  const response = await attempt().catch((error) => {
    if (isTransportError(error)) {
      return attempt();
    }
    throw error;
  });
  if (response.status !== 200) {
    throw new Error(`key set address ${url.origin} answered with status ${response.status}, expected 200`);
  }
  return JSON.parse(response.body.toString());
}

/** Whether no answer came: the system gives a code, a timeout its cause; an answer that is too long has neither. */
function isTransportError({ code, cause }: { readonly code?: unknown; readonly cause?: unknown }): boolean {
  return code !== undefined || cause !== undefined;
}
