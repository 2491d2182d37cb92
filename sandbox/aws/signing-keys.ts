import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import * as path from 'node:path';
import { z } from 'zod';
import { JsonFile } from './json-file';
import { AwsError, parseInput, unsupported } from './protocol';
import type { SigningKeySpec } from './types';

const INVALID = 'ValidationException';
const ALGORITHM = 'ECDSA_SHA_256';
/** Longest message that KMS signs as it is (KMS API reference, Sign). */
const LONGEST_MESSAGE = 4096;

const documentSchema = z.object({
  schema: z.literal(1),
  keys: z.array(z.object({ arn: z.string(), privateKey: z.string() })),
});

type StoredKey = z.infer<typeof documentSchema>['keys'][number];

const schemas = {
  Sign: z.object({
    KeyId: z.string().min(1).max(2048),
    Message: z.base64(),
    MessageType: z.enum(['RAW', 'DIGEST']).default('RAW'),
    SigningAlgorithm: z.string(),
  }),
  GetPublicKey: z.object({ KeyId: z.string().min(1).max(2048) }),
};

/**
 * Asymmetric keys of KMS that sign with ECDSA on P-256: Sign and GetPublicKey. A planned key is made at its first start, and kept in
 * `<stateDir>/kms-keys.json`; like on AWS, no call gives the private key away.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export class SigningKeys {
  private readonly keys: readonly StoredKey[];

  constructor(
    stateDir: string,
    private readonly planned: readonly SigningKeySpec[],
  ) {
    const file = new JsonFile(path.join(stateDir, 'kms-keys.json'), documentSchema);
    const stored = file.read()?.keys ?? [];
    const missing = planned.filter(({ arn }) => !stored.some((key) => key.arn === arn));
    this.keys = [...stored, ...missing.map(({ arn }) => ({ arn, privateKey: generate() }))];
    if (missing.length > 0) {
      file.write({ schema: 1, keys: [...this.keys] });
    }
  }

  /** @throws {AwsError} with the name that KMS uses */
  call(operation: string, input: unknown): object {
    switch (operation) {
      case 'Sign':
        return this.sign(parseInput(schemas.Sign, input, INVALID));
      case 'GetPublicKey':
        return this.publicKey(parseInput(schemas.GetPublicKey, input, INVALID).KeyId);
      default:
        throw unsupported(`KMS ${operation}`);
    }
  }

  private sign({ KeyId, Message, MessageType, SigningAlgorithm }: z.infer<typeof schemas.Sign>): object {
    const { arn, privateKey } = this.find(KeyId);
    if (SigningAlgorithm !== ALGORITHM) {
      throw new AwsError('InvalidKeyUsageException', `the key signs with ${ALGORITHM}`);
    }
    if (MessageType !== 'RAW') {
      throw unsupported(`KMS Sign with message type ${MessageType}`);
    }
    const message = Buffer.from(Message, 'base64');
    if (message.length === 0 || message.length > LONGEST_MESSAGE) {
      throw new AwsError(INVALID, `Message has ${message.length} bytes, expected 1 to ${LONGEST_MESSAGE}`);
    }
    const signature = sign('sha256', message, createPrivateKey(privateKey));
    return { KeyId: arn, Signature: signature.toString('base64'), SigningAlgorithm };
  }

  private publicKey(keyId: string): object {
    const { arn, privateKey } = this.find(keyId);
    return {
      KeyId: arn,
      PublicKey: derOf(createPublicKey(privateKey)).toString('base64'),
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: [ALGORITHM],
    };
  }

  /** By its id, its ARN, the name of an alias or the ARN of one. */
  private find(reference: string): StoredKey {
    const alias = /(?:^|:)(alias\/[^:]+)$/.exec(reference)?.[1];
    const spec = this.planned.find(
      ({ arn, aliases }) =>
        arn === reference || arn.endsWith(`:key/${reference}`) || (alias !== undefined && aliases.includes(alias)),
    );
    const key = this.keys.find(({ arn }) => arn === spec?.arn);
    if (key === undefined) {
      throw new AwsError('NotFoundException', `no key ${reference} that signs is planned`);
    }
    return key;
  }
}

function generate(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function derOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
