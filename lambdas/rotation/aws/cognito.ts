import { sendRequest } from '../../lib/http-request';
import type { CognitoClientConfig } from '../config';
import { codeOf, RotationRetryableError } from '../errors';
import type { ClientSecretProvider } from '../kinds/client-secret';
import { checkedUrl } from './http-provider';
import { awsCaller } from './secrets';

const COGNITO = {
  name: 'cognito-idp',
  target: 'AWSCognitoIdentityProviderService',
  version: '1.1',
  endpointVariable: 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER',
};

const TOKEN_TIMEOUT_MS = 5000;
const TOKEN_MAX_BYTES = 100_000;

/**
 * Secrets of a Cognito app client.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
 */
export function cognitoClientSecrets(region: string, config: CognitoClientConfig): ClientSecretProvider {
  const call = awsCaller(COGNITO, region);
  const client = { UserPoolId: config.userPoolId, ClientId: config.clientId };
  return {
    async list() {
      const answer = await call('ListUserPoolClientSecrets', client, true);
      const { ClientSecrets: secrets } = answer as { ClientSecrets?: readonly { readonly ClientSecretId?: unknown }[] };
      return (secrets ?? []).map(({ ClientSecretId: id }) => String(id));
    },

    async add(secret) {
      const answer = await call('AddUserPoolClientSecret', { ...client, ClientSecret: secret });
      const { ClientSecretDescriptor: added } = answer as { ClientSecretDescriptor?: { ClientSecretId?: unknown } };
      if (typeof added?.ClientSecretId !== 'string') {
        throw new RotationRetryableError('Cognito added a client secret and gave no id');
      }
      return added.ClientSecretId;
    },

    async remove(id) {
      try {
        await call('DeleteUserPoolClientSecret', { ...client, ClientSecretId: id });
      } catch (error) {
        if (codeOf(error) !== 'ResourceNotFoundException') {
          throw error;
        }
      }
    },

    // RFC 6749, 2.3.1 and 4.4.2; a client that fails to authenticate gets invalid_client (5.2).
    async authenticate(secret) {
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: config.clientId });
      if (config.scope !== undefined) {
        form.set('scope', config.scope);
      }
      const basic = [config.clientId, secret].map(encodeURIComponent).join(':');
      const { status, body } = await sendRequest({
        url: checkedUrl(config.tokenUrl),
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        body: form.toString(),
        timeoutMs: TOKEN_TIMEOUT_MS,
        maxBytes: TOKEN_MAX_BYTES,
        idempotent: true,
      });
      if (status === 200) {
        return true;
      }
      if ((status === 400 || status === 401) && isInvalidClient(body)) {
        return false;
      }
      throw new RotationRetryableError(`token endpoint answered with status ${status}, expected 200 or invalid_client`);
    },
  };
}

function isInvalidClient(body: Buffer): boolean {
  try {
    return (JSON.parse(body.toString()) as { error?: unknown } | null)?.error === 'invalid_client';
  } catch {
    return false;
  }
}
