import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { secretsManagerClient } from '../../../lambdas/rotation/aws/secrets';
import { describeSecretsManager, type SecretUnderTest } from '../../support/secrets-manager-contract';
import { AwsLab, clientConfig } from './support';

const NAME = 'acme-dev-secret';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:acme-dev-rotation';
const environment = process.env;
const endpoint = environment.GATEHOUSE_AWS_ENDPOINT;

afterEach(() => {
  process.env = environment;
});

/** A secret whose rotation function fails, so that a version that RotateSecret made stays without a value. */
async function inSandbox(): Promise<SecretUnderTest> {
  const lab = new AwsLab();
  const aws = await lab.start({
    secrets: [{ name: NAME }],
    invoke: async () => ({ ok: false, errorType: 'Error', errorMessage: 'down' }),
    rotationRetryDelaysMs: [],
  });
  process.env = { ...environment, ...aws.environment };
  const sdk = new SecretsManagerClient(clientConfig(aws));
  return {
    ...underTest(sdk, NAME, aws.environment.AWS_REGION ?? ''),
    placeholder: async (versionId) => {
      const request = { SecretId: NAME, ClientRequestToken: versionId, RotationLambdaARN: FUNCTION };
      await sdk.send(new RotateSecretCommand(request));
      await aws.rotations.idle();
    },
    close: async () => {
      sdk.destroy();
      await lab.dispose();
    },
  };
}

/** A secret of its own at the endpoint that was given: an emulator, or AWS itself with credentials in the environment. */
async function atEndpoint(): Promise<SecretUnderTest> {
  const region = environment.AWS_REGION ?? 'eu-west-1';
  process.env = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    ...environment,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  };
  const sdk = new SecretsManagerClient({ region });
  const name = `gatehouse-contract/${randomUUID()}`;
  await sdk.send(new CreateSecretCommand({ Name: name }));
  return {
    ...underTest(sdk, name, region),
    close: async () => {
      await sdk.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
      sdk.destroy();
    },
  };
}

function underTest(sdk: SecretsManagerClient, secret: string, region: string): Omit<SecretUnderTest, 'close'> {
  return {
    client: secretsManagerClient({ region, secret }),
    putByHand: async (versionId, text) => {
      await sdk.send(
        new PutSecretValueCommand({ SecretId: secret, ClientRequestToken: versionId, SecretString: text }),
      );
    },
  };
}

describeSecretsManager('the sandbox, with versions that RotateSecret made', inSandbox);

// Opt-in: there is nothing to skip where no endpoint is named.
if (endpoint !== undefined) describeSecretsManager(endpoint, atEndpoint);
