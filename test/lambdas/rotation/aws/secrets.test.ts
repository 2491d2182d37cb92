import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSecretText, secretsManagerClient } from '../../../../lambdas/rotation/aws/secrets';
import { AwsLab, clientConfig } from '../../../sandbox/aws/support';
import { describeSecretsManager, type SecretUnderTest } from '../../../support/secrets-manager-contract';

const NAME = 'acme-dev-secret';
const environment = process.env;

afterEach(() => {
  process.env = environment;
});

/** The secret in the sandbox, through the client of the rotation. */
async function start(): Promise<SecretUnderTest & { readonly sdk: SecretsManagerClient }> {
  const lab = new AwsLab();
  const aws = await lab.start({ secrets: [{ name: NAME }] });
  process.env = { ...environment, ...aws.environment };
  const sdk = new SecretsManagerClient(clientConfig(aws, 'AWS_ENDPOINT_URL_SECRETS_MANAGER'));
  return {
    sdk,
    client: secretsManagerClient({ region: aws.environment.AWS_REGION ?? '', secret: NAME }),
    putByHand: async (versionId, text) => {
      await sdk.send(new PutSecretValueCommand({ SecretId: NAME, ClientRequestToken: versionId, SecretString: text }));
    },
    close: async () => {
      sdk.destroy();
      await lab.dispose();
    },
  };
}

describeSecretsManager('the sandbox, through the signed requests of the rotation', start);

test('a binary value is no document', async () => {
  const { sdk, client, close } = await start();
  const versionId = '11111111-1111-4111-8111-111111111111';
  await sdk.send(
    new PutSecretValueCommand({ SecretId: NAME, ClientRequestToken: versionId, SecretBinary: Buffer.from('canary') }),
  );
  expect(await client.get(versionId)).toEqual({ text: '', stages: ['AWSCURRENT'] });
  await expect(readSecretText('eu-west-1', NAME)).rejects.toThrow('secret acme-dev-secret has no text value');
  await close();
});

test('a secret that does not exist is an error when it is described', async () => {
  const { close } = await start();
  const other = secretsManagerClient({ region: 'eu-west-1', secret: 'other' });
  await expect(other.describe()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  await close();
});

test('reads the text of another secret', async () => {
  const { putByHand, close } = await start();
  await putByHand('11111111-1111-4111-8111-111111111111', 'admin token');
  expect(await readSecretText('eu-west-1', NAME)).toBe('admin token');
  await close();
});
