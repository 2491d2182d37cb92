import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { cognitoClientSecrets } from '../aws/cognito';
import { apiGatewayKeys } from '../aws/gateway-keys';
import { fetchJson, httpTokenProvider, probeWithKey } from '../aws/http-provider';
import { kmsRecovery } from '../aws/recovery';
import { readSecretText } from '../aws/secrets';
import { dynamoKeyedRecords, referencedPeppers } from '../aws/token-table';
import type { RotationConfig, UpstreamTokenConfig } from '../config';
import type { RotationPorts } from '../ports';
import { throttleTolerant } from '../retry';
import { createRotation, type RotationHandler } from '../rotation';
import { clientSecret } from './client-secret';
import { gatewayKey } from './gateway-key';
import { pepper } from './pepper';
import { newSigningKey, signingKeys } from './signing-keys';
import { upstreamToken } from './upstream-token';
import type { RecoveryStore } from './upstream-token-target';

/** The rotation of the configured kind, with its target in AWS or at a provider. A new kind is one more case here. */
export function rotationOf(config: RotationConfig, ports: RotationPorts): RotationHandler {
  const { secret, region } = config;
  const tolerant = <T extends object>(port: T): T => throttleTolerant(port, ports.clock);
  switch (secret.kind) {
    case 'signing-keys':
      return createRotation(
        config,
        signingKeys(secret, { newKey: newSigningKey, ...tolerant({ fetchKeySet: fetchJson }) }),
        ports,
      );
    case 'pepper': {
      const table = { region, table: secret.tokenTable };
      const search = tolerant({ referencedPeppers: (now: number) => referencedPeppers(table, now) });
      return createRotation(config, pepper(secret, search), ports);
    }
    case 'gateway-key': {
      const { application, tokenTable: table } = secret;
      // The control plane of API Gateway allows a handful of calls a second for the whole account.
      const client = new APIGatewayClient({ region, maxAttempts: 8 });
      return createRotation(
        config,
        gatewayKey(secret, config, {
          keys: tolerant(apiGatewayKeys(client)),
          records: tolerant(dynamoKeyedRecords({ region, table, application })),
          probe: probeWithKey,
        }),
        ports,
      );
    }
    case 'upstream-token': {
      const { adminSecret = '' } = secret.provider;
      const provider = tolerant(httpTokenProvider(secret.provider, () => readSecretText(region, adminSecret)));
      const recovery = tolerant(recoveryOf(config, secret));
      return createRotation(config, upstreamToken(secret, config, { provider, recovery }), ports);
    }
    case 'client-secret': {
      const provider = tolerant(cognitoClientSecrets(region, secret.provider));
      return createRotation(config, clientSecret(secret, config, provider), ports);
    }
  }
}

/** Where a provider has overlap, the token before serves until the new one is stored: no second copy is needed. */
function recoveryOf(config: RotationConfig, { recoveryKeyArn: keyArn }: UpstreamTokenConfig): RecoveryStore {
  const { region, rotationTable: table, secretName } = config;
  return keyArn === undefined
    ? { save: async () => {}, load: async () => undefined }
    : kmsRecovery({ region, table, secretName, keyArn });
}
