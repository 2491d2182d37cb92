import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  paginateListSecrets,
  paginateListSecretVersionIds,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretStatus } from '../lambdas/rotation/commands';
import { callAws } from './platform';

/** A version of a secret that carries labels. */
export interface VersionReport {
  readonly id: string;
  readonly labels: readonly string[];
  /** ISO 8601, like all times here. */
  readonly createdAt?: string;
  /** Day on which somebody last read it. */
  readonly lastReadAt?: string;
}

/** What is known about a rotating secret. Holds no value. */
export interface SecretReport {
  readonly name: string;
  readonly rotationEnabled: boolean;
  readonly lastRotatedAt?: string;
  /** The latest moment of the next rotation. */
  readonly nextRotationAt?: string;
  readonly versions: readonly VersionReport[];
  /** What the rotation function knows of credentials; missing when it did not answer. */
  readonly status?: SecretStatus;
  /** What is wrong; empty when nothing is. */
  readonly problems: readonly string[];
}

export interface StatusClients {
  readonly secrets: SecretsManagerClient;
  readonly lambda: LambdaClient;
}

/**
 * Names of the secrets of a platform that are rotated, those that wait for their deletion among them.
 *
 * @throws {CliError} when AWS refuses to list them
 */
export async function rotatingSecrets(client: SecretsManagerClient, namePrefix: string): Promise<string[]> {
  const names: string[] = [];
  await callAws(`list the secrets of ${namePrefix}`, async () => {
    const pages = paginateListSecrets(
      { client },
      { IncludePlannedDeletion: true, Filters: [{ Key: 'name', Values: [namePrefix] }] },
    );
    for await (const { SecretList: secrets = [] } of pages) {
      for (const { Name: name = '', RotationEnabled: enabled } of secrets) {
        // The filter takes the beginning of a name, also that of another environment's.
        const own = name.startsWith(`${namePrefix}-`) || name.startsWith(`${namePrefix}/`);
        if (own && enabled !== undefined) names.push(name);
      }
    }
  });
  return names.sort();
}

/**
 * Looks at a secret: labels and dates as Secrets Manager has them, credentials as the rotation function knows them.
 *
 * Needs `secretsmanager:DescribeSecret` and `ListSecretVersionIds`, and `lambda:InvokeFunction` on the rotation function.
 *
 * A secret that is not there is a report too: it was planned, and somebody deleted it for good or never applied the stack.
 *
 * @throws {CliError} when AWS refuses one of the first two
 */
export async function reportSecret(clients: StatusClients, name: string, now: number): Promise<SecretReport> {
  const described = await callAws(`describe the secret ${name}`, () => describeIfThere(clients.secrets, name));
  if (described === undefined) {
    return { name, rotationEnabled: false, versions: [], problems: [MISSING] };
  }
  const versions = await callAws(`list the versions of ${name}`, () => listVersions(clients.secrets, name));
  // Of a secret that waits for its deletion the function may read nothing.
  const answer =
    described.DeletedDate === undefined ? await askFunction(clients.lambda, described.RotationLambdaARN) : undefined;
  const status = typeof answer === 'string' ? undefined : answer;
  const problems = new Set([
    ...problemsOf(described, versions, now).filter((one) => one !== 'overdue' || status?.postponed === undefined),
    ...(status?.problems ?? []),
    ...(typeof answer === 'string' ? [answer] : []),
  ]);
  return {
    name,
    rotationEnabled: described.RotationEnabled === true,
    ...(described.LastRotatedDate && { lastRotatedAt: described.LastRotatedDate.toISOString() }),
    ...(described.NextRotationDate && { nextRotationAt: described.NextRotationDate.toISOString() }),
    versions,
    ...(status && { status }),
    problems: [...problems],
  };
}

const MISSING = 'is not there: deleted for good, or its stack was never applied';

async function describeIfThere(
  client: SecretsManagerClient,
  name: string,
): Promise<DescribeSecretCommandOutput | undefined> {
  try {
    return await client.send(new DescribeSecretCommand({ SecretId: name }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** What the rotation function of a secret knows; `undefined` when it does not answer. */
export async function rotationStatus(clients: StatusClients, name: string): Promise<SecretStatus | undefined> {
  const described = await callAws(`describe the secret ${name}`, () =>
    clients.secrets.send(new DescribeSecretCommand({ SecretId: name })),
  );
  const answer = await askFunction(clients.lambda, described.RotationLambdaARN);
  return typeof answer === 'string' ? undefined : answer;
}

async function listVersions(client: SecretsManagerClient, name: string): Promise<VersionReport[]> {
  const found: VersionReport[] = [];
  for await (const page of paginateListSecretVersionIds({ client }, { SecretId: name })) {
    for (const version of page.Versions ?? []) {
      found.push({
        id: version.VersionId ?? '',
        labels: version.VersionStages ?? [],
        ...(version.CreatedDate && { createdAt: version.CreatedDate.toISOString() }),
        ...(version.LastAccessedDate && { lastReadAt: version.LastAccessedDate.toISOString() }),
      });
    }
  }
  return found;
}

/** What Secrets Manager alone shows to be wrong, so that a function that is broken or gone hides nothing. */
function problemsOf(described: DescribeSecretCommandOutput, versions: readonly VersionReport[], now: number): string[] {
  const holder = (label: string) => versions.find(({ labels }) => labels.includes(label))?.id;
  const [current, pending] = [holder('AWSCURRENT'), holder('AWSPENDING')];
  const next = described.NextRotationDate?.getTime();
  return [
    ...(described.DeletedDate === undefined
      ? []
      : [
          `is scheduled for deletion, and gone for good on ${described.DeletedDate.toISOString()}: restore-secret brings it back`,
        ]),
    ...(described.RotationEnabled === true ? [] : ['rotation is off']),
    ...(current === undefined ? ['no current value'] : []),
    ...(next !== undefined && next < now ? ['overdue'] : []),
    ...(pending !== undefined && pending !== current ? [`version ${pending} is pending`] : []),
  ];
}

/** The status, or why there is none. */
async function askFunction(client: LambdaClient, functionArn: string | undefined): Promise<SecretStatus | string> {
  if (functionArn === undefined) return 'no rotation function';
  try {
    const answer = await client.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify({ action: 'status' })) }),
    );
    const payload = JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as SecretStatus & {
      errorType?: string;
    };
    return answer.FunctionError === undefined ? payload : `rotation function failed: ${payload.errorType}`;
  } catch (error) {
    return `rotation function not asked: ${(error as Error).name}`;
  }
}
