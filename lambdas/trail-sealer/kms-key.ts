import { createPublicKey, type KeyObject } from 'node:crypto';
import { type AwsAccess, type AwsJsonService, awsRequest } from '../lib/aws-request';
import type { SealingKey } from './ports';

const KMS: AwsJsonService = {
  name: 'kms',
  target: 'TrentService',
  version: '1.1',
  endpointVariable: 'AWS_ENDPOINT_URL_KMS',
};
const TIMEOUT_MS = 5000;

/** A key of KMS that signs with ECDSA on P-256, by its id, ARN or alias. */
export function kmsKey(options: {
  readonly region: string;
  readonly key: string;
  /** @default - as the environment says */
  readonly access?: AwsAccess;
}): SealingKey {
  const { region, key: KeyId, access } = options;
  let known: Promise<KeyObject> | undefined;

  async function call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    const answer = await awsRequest({
      service: KMS,
      region,
      operation,
      input: { KeyId, ...input },
      timeoutMs: TIMEOUT_MS,
      idempotent: true,
      ...(access === undefined ? {} : { access }),
    });
    return answer as Record<string, unknown>;
  }

  async function read(): Promise<KeyObject> {
    const { PublicKey } = await call('GetPublicKey', {});
    return createPublicKey({ key: Buffer.from(String(PublicKey), 'base64'), format: 'der', type: 'spki' });
  }

  return {
    publicKey() {
      known ??= read().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },

    async sign(statement) {
      const { Signature } = await call('Sign', {
        Message: statement.toString('base64'),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      return Buffer.from(String(Signature), 'base64');
    },
  };
}
