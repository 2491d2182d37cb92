import { type AwsCall, awsRequest } from '../../lib/aws-request';
import { codeOf } from '../errors';
import type { SecretDescription, SecretsClient, StoredVersion } from '../ports';
import { PENDING } from '../secret-view';

const TIMEOUT_MS = 5000;

/** Calls one AWS service of a region. */
export function awsCaller(service: AwsCall['service'], region: string) {
  return (operation: string, input: object, idempotent = false): Promise<unknown> =>
    awsRequest({ service, region, operation, input, timeoutMs: TIMEOUT_MS, idempotent });
}

/** The secret in Secrets Manager. */
export function secretsManagerClient(options: {
  readonly region: string;
  /** Name or ARN. */
  readonly secret: string;
}): SecretsClient {
  const call = awsCaller('secretsmanager', options.region);
  const SecretId = options.secret;
  return {
    async describe() {
      const answer = (await call('DescribeSecret', { SecretId }, true)) as {
        VersionIdsToStages?: SecretDescription['versions'] | null;
        DeletedDate?: unknown;
      };
      return { versions: answer.VersionIdsToStages ?? {}, isDeleted: Boolean(answer.DeletedDate) };
    },

    async get(versionId): Promise<StoredVersion | undefined> {
      let answer: { SecretString?: unknown; VersionStages?: readonly string[] | null };
      try {
        answer = (await call('GetSecretValue', { SecretId, VersionId: versionId }, true)) as typeof answer;
      } catch (error) {
        // Of a version without a value, and of one that cannot be seen yet.
        if (codeOf(error) === 'ResourceNotFoundException') {
          return undefined;
        }
        throw error;
      }
      // A binary value is none of ours: as text it is no document.
      const text = typeof answer.SecretString === 'string' ? answer.SecretString : '';
      return { text, stages: answer.VersionStages ?? [] };
    },

    async put(versionId, text, rotationToken) {
      await call(
        'PutSecretValue',
        {
          SecretId,
          ClientRequestToken: versionId,
          SecretString: text,
          VersionStages: [PENDING],
          ...(rotationToken !== undefined && { RotationToken: rotationToken }),
        },
        true,
      );
    },

    async moveStage({ stage, from, to }) {
      await call('UpdateSecretVersionStage', {
        SecretId,
        VersionStage: stage,
        ...(from !== undefined && { RemoveFromVersionId: from }),
        ...(to !== undefined && { MoveToVersionId: to }),
      });
    },
  };
}

/** The text of another secret, which must have one. */
export async function readSecretText(region: string, secret: string): Promise<string> {
  const answer = await awsCaller('secretsmanager', region)('GetSecretValue', { SecretId: secret }, true);
  const { SecretString: text } = answer as { SecretString?: unknown };
  if (typeof text !== 'string') {
    throw new Error(`secret ${secret} has no text value`);
  }
  return text;
}
