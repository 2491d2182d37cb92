import { fromAttributes } from '../../lib/dynamodb-item';
import { ROTATION_TABLE_KEY, recoveryKey } from '../../lib/rotation-record';
import type { ProvidedToken, RecoveryStore } from '../kinds/upstream-token-target';
import { awsCaller } from './secrets';

const KMS = { name: 'kms', target: 'TrentService', version: '1.1', endpointVariable: 'AWS_ENDPOINT_URL_KMS' };

/**
 * The second copy of a token, encrypted with a KMS key, in the rotation table. One item per secret: the copy of a version
 * replaces that of the one before.
 */
export function kmsRecovery(options: {
  readonly region: string;
  readonly table: string;
  readonly secretName: string;
  readonly keyArn: string;
}): RecoveryStore {
  const { table: TableName, secretName, keyArn: KeyId } = options;
  const database = awsCaller('dynamodb', options.region);
  const kms = awsCaller(KMS, options.region);
  const Key = { [ROTATION_TABLE_KEY]: { S: recoveryKey(secretName) } };
  const contextOf = (versionId: string) => ({ EncryptionContext: { secret: secretName, version: versionId } });
  return {
    async save(versionId, token) {
      const Plaintext = Buffer.from(JSON.stringify(token)).toString('base64');
      const answer = await kms('Encrypt', { KeyId, Plaintext, ...contextOf(versionId) });
      const { CiphertextBlob: ciphertext } = answer as { CiphertextBlob?: unknown };
      const Item = { ...Key, versionId: { S: versionId }, ciphertext: { S: String(ciphertext) } };
      await database('PutItem', { TableName, Item }, true);
    },

    async load(versionId) {
      const answer = await database('GetItem', { TableName, Key, ConsistentRead: true }, true);
      const { Item: item } = answer as { Item?: Record<string, unknown> };
      const stored = item && fromAttributes(item);
      if (stored?.versionId !== versionId) {
        return undefined;
      }
      const input = { KeyId, CiphertextBlob: stored.ciphertext, ...contextOf(versionId) };
      const { Plaintext: text } = (await kms('Decrypt', input, true)) as { Plaintext?: unknown };
      return JSON.parse(Buffer.from(String(text), 'base64').toString()) as ProvidedToken;
    },
  };
}
