import { nodeCryptoEngine } from '../authorizer/access-token/node-crypto-engine';
import { describeError } from '../authorizer/decision-log';
import { AwsRequestError, awsRequest } from '../lib/aws-request';
import { randomBase62 } from '../lib/base62';
import { fromAttributes } from '../lib/dynamodb-item';
import { invokeFunction } from '../lib/invoke-function';
import { type Log, stdoutLog } from '../lib/log';
import { onceKey } from '../lib/once-key';
import { readRotationRecord } from '../lib/rotation-table';
import { TOKEN_TABLE_KEY, TOKEN_TTL_ATTRIBUTE } from '../lib/token-record';
import { OAUTH_ALIAS } from '../token-service/config';
import type { TokenEndpointConfig } from './config';
import type { TokenEndpointPorts } from './ports';

const ID_LENGTH = 16;
const TIMEOUT_MS = 2000;
/** The token service may start cold, and drops what gateways keep. */
const REVOKE_TIMEOUT_MS = 20_000;

/** Ports of the running function: DynamoDB, Secrets Manager, the token service, standard output. */
export function awsPorts(config: TokenEndpointConfig, log: Log = stdoutLog()): TokenEndpointPorts {
  const { region, table, rotationTable, signingSecret, tokenService } = config;
  const call = (service: 'dynamodb' | 'secretsmanager', operation: string, input: object) =>
    awsRequest({ service, region, operation, input, timeoutMs: TIMEOUT_MS, idempotent: true });

  return {
    clock: Date.now,
    newId: () => randomBase62(ID_LENGTH),
    readItem: async (key) => {
      const input = { TableName: table, Key: { [TOKEN_TABLE_KEY]: { S: key } }, ConsistentRead: true };
      const { Item: item } = (await call('dynamodb', 'GetItem', input)) as { Item?: Record<string, unknown> };
      return item && fromAttributes(item);
    },
    readSecret: async (name) => {
      // By its label: the resource policy of a rotated secret refuses whoever might mean another version.
      const answer = await call('secretsmanager', 'GetSecretValue', { SecretId: name, VersionStage: 'AWSCURRENT' });
      const { SecretString: text } = answer as { SecretString?: unknown };
      if (typeof text !== 'string') {
        throw new Error('secret holds no text');
      }
      return text;
    },
    readRotationRecord: () => readRotationRecord({ region, table: rotationTable, secretName: signingSecret }),
    useOnce: async (kind, hash, until) => {
      // Its own mark lets the write be repeated when a kept connection turns out to be closed: it is then still the first one.
      const mark = { S: randomBase62(ID_LENGTH) };
      const key = onceKey(kind, hash);
      try {
        await call('dynamodb', 'PutItem', {
          TableName: table,
          Item: {
            [TOKEN_TABLE_KEY]: { S: key },
            entity: { S: 'once' },
            mark,
            [TOKEN_TTL_ATTRIBUTE]: { N: String(until) },
          },
          ConditionExpression: 'attribute_not_exists(#key) OR #mark = :mark',
          ExpressionAttributeNames: { '#key': TOKEN_TABLE_KEY, '#mark': 'mark' },
          ExpressionAttributeValues: { ':mark': mark },
        });
        return true;
      } catch (error) {
        if (error instanceof AwsRequestError && error.code === 'ConditionalCheckFailedException') {
          return false;
        }
        throw error;
      }
    },
    revoke: async (revocation) => {
      if (tokenService === undefined) {
        throw new Error('no token service is configured');
      }
      const answer = await invokeFunction({
        region,
        name: tokenService,
        alias: OAUTH_ALIAS,
        payload: { action: 'revokeForOAuth', revocation },
        timeoutMs: REVOKE_TIMEOUT_MS,
      });
      if ((answer as { revoked?: unknown } | null)?.revoked !== true) {
        throw new Error('the token service did not revoke');
      }
    },
    verifySignature: nodeCryptoEngine,
    log,
    warn: (event, error) => log({ level: 'warn', evt: `oauth.${event}`, fields: { error: describeError(error) } }),
  };
}
