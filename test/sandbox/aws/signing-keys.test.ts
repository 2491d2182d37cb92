import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { awsRequest } from '../../../lambdas/lib/aws-request';
import type { LocalAws, SigningKeySpec } from '../../../sandbox/aws';
import { AwsLab } from './support';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const KEY: SigningKeySpec = { arn: ARN, aliases: ['alias/gh-dev-trail'] };
const KMS = { name: 'kms', target: 'TrentService', version: '1.1', endpointVariable: 'AWS_ENDPOINT_URL_KMS' };
const SIGN = { KeyId: 'alias/gh-dev-trail', SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'RAW' };

let lab: AwsLab;
let aws: LocalAws;

beforeEach(async () => {
  lab = new AwsLab();
  aws = await lab.start({ signingKeys: [KEY] });
});
afterEach(() => lab.dispose());

function call(operation: string, input: object, local = aws): Promise<Record<string, string>> {
  const access = { endpoint: local.endpoint, credentials: local.credentials };
  return awsRequest({ service: KMS, region: 'eu-west-1', operation, input, access }) as Promise<Record<string, string>>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ARN,
  ARN.split('/')[1] ?? '',
  'alias/gh-dev-trail',
  'arn:aws:kms:eu-west-1:123456789012:alias/gh-dev-trail',
])('what is signed with %s verifies with the public key', async (KeyId) => {
  const { Signature = '', KeyId: used } = await call('Sign', { ...SIGN, KeyId, Message: base64('a seal') });
  const { PublicKey = '' } = await call('GetPublicKey', { KeyId });
  const key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' });
  expect(used).toBe(ARN);
  expect(verify('sha256', Buffer.from('a seal'), key, Buffer.from(Signature, 'base64'))).toBe(true);
  expect(verify('sha256', Buffer.from('another'), key, Buffer.from(Signature, 'base64'))).toBe(false);
});

test('a key is the same after a restart, and only its owner can read it', async () => {
  const before = await call('GetPublicKey', { KeyId: ARN });
  await lab.stop(aws);
  const again = await lab.start({ signingKeys: [KEY] });
  expect(await call('GetPublicKey', { KeyId: ARN }, again)).toEqual(before);
});

test('no answer holds the private key', async () => {
  const [, secret = ''] =
    /-----BEGIN PRIVATE KEY-----\\n([^\\]+)/.exec(readFileSync(path.join(lab.stateDir, 'kms-keys.json'), 'utf8')) ?? [];
  expect(secret).not.toBe('');
  const answers = [await call('GetPublicKey', { KeyId: ARN }), await call('Sign', { ...SIGN, Message: base64('x') })];
  expect(JSON.stringify(answers)).not.toContain(secret);
});

test.each([
  ['another key', { ...SIGN, KeyId: 'alias/gh-dev-other', Message: base64('x') }, 'NotFoundException'],
  [
    'another algorithm',
    { ...SIGN, SigningAlgorithm: 'RSASSA_PSS_SHA_256', Message: base64('x') },
    'InvalidKeyUsageException',
  ],
  ['a digest', { ...SIGN, MessageType: 'DIGEST', Message: base64('x') }, 'UnsupportedOperationException'],
  ['a message that is too long', { ...SIGN, Message: base64('x'.repeat(4097)) }, 'ValidationException'],
])('refuses %s', async (_, input, code) => {
  await expect(call('Sign', input)).rejects.toThrow(code);
});

test.each(['Decrypt', 'GenerateDataKey'])('%s is not implemented, and says so', async (operation) => {
  await expect(call(operation, { KeyId: ARN })).rejects.toThrow('UnsupportedOperationException');
});
