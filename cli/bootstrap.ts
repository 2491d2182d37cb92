import { createHash } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createPepperDocument } from '../lambdas/lib/pepper';
import { CliError, EXIT } from './errors';
import { callAws, clientOptions, type PlatformTarget, refusedByAws } from './platform';
import { rotateNow } from './rotate';

/** A rotation calls a function four times, and may have to try again. */
const FIRST_ROTATION_SECONDS = 300;

/** What the token service answers to a direct invocation. */
export interface AdministratorToken {
  readonly token: string;
  readonly id: string;
  /** ISO 8601 or epoch seconds, as the token service gives it. */
  readonly expiresAt: string | number;
}

/**
 * Prepares a deployed platform with AWS credentials alone: gives the secrets of the pepper and of the signing keys, where these are planned, their first
 * values where they have none, then has the token service issue an administrator token.
 *
 * Needs `secretsmanager:DescribeSecret` and `RotateSecret` on both secrets (`PutSecretValue` on the pepper where it is not rotated),
 * and `lambda:InvokeFunction` on the token service.
 *
 * @throws {CliError} when AWS refuses a call or the token service fails
 */
export async function bootstrap(
  target: PlatformTarget,
  request: { readonly name?: string | undefined; readonly lifetimeSeconds?: number | undefined } = {},
): Promise<AdministratorToken & { readonly pepperCreated: boolean; readonly signingKeysCreated: boolean }> {
  const client = clientOptions(target);
  const secrets = new SecretsManagerClient(client);
  const pepperCreated = await ensurePepper(secrets, `${target.namePrefix}-pepper`);
  const signingKeys = `${target.namePrefix}-signing-keys`;
  const isPlanned = target.plannedSecrets?.includes(signingKeys) === true;
  const signingKeysCreated = isPlanned && (await ensureSigningKeys(secrets, signingKeys));
  const token = await issueAdministratorToken(new LambdaClient(client), `${target.namePrefix}-token-service`, request);
  return { ...token, pepperCreated, signingKeysCreated };
}

/** Signing keys take their values from their rotation only. */
async function ensureSigningKeys(client: SecretsManagerClient, secret: string): Promise<boolean> {
  return (await describeEmpty(client, secret)) !== undefined && firstRotation(client, secret);
}

/** What is known about a secret without a value; `undefined` when it has one. */
async function describeEmpty(
  client: SecretsManagerClient,
  secret: string,
): Promise<DescribeSecretCommandOutput | undefined> {
  const described = await callAws(`describe the secret ${secret}`, () =>
    client.send(new DescribeSecretCommand({ SecretId: secret })),
  );
  const stages = Object.values(described.VersionIdsToStages ?? {}).flat();
  return stages.includes('AWSCURRENT') ? undefined : described;
}

async function ensurePepper(client: SecretsManagerClient, secret: string): Promise<boolean> {
  const described = await describeEmpty(client, secret);
  if (described === undefined) {
    return false;
  }
  if (described.RotationEnabled === true) {
    return firstRotation(client, secret);
  }
  // The same request token from everybody: of two operators at once, the first value stands and the other is refused.
  const requestToken = createHash('sha256').update(`first pepper of ${described.ARN}`).digest('hex');
  try {
    await client.send(
      new PutSecretValueCommand({
        SecretId: secret,
        ClientRequestToken: requestToken,
        SecretString: createPepperDocument(new Date()),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException) {
      return false;
    }
    throw refusedByAws(`put the first value of the secret ${secret}`, error);
  }
}

/** A rotated pepper takes its values from its rotation only: its resource policy refuses everybody else. */
async function firstRotation(client: SecretsManagerClient, secret: string): Promise<boolean> {
  let last = '';
  const outcome = await rotateNow(client, {
    secret,
    wait: true,
    timeoutSeconds: FIRST_ROTATION_SECONDS,
    progress: (line) => {
      last = line;
    },
    pollMs: 250,
  });
  if (outcome !== 'rotated') {
    throw new CliError(`the first rotation did not give a value: ${last}`);
  }
  return true;
}

/**
 * Has the token service issue an administrator token, by a direct invocation.
 *
 * Needs `lambda:InvokeFunction` on the token service.
 *
 * @throws {CliError} when AWS refuses the call or the token service fails
 */
export async function issueAdministratorToken(
  client: LambdaClient,
  functionName: string,
  request: { readonly name?: string | undefined; readonly lifetimeSeconds?: number | undefined },
): Promise<AdministratorToken> {
  const answer = await callAws(`invoke ${functionName}`, () =>
    client.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: Buffer.from(JSON.stringify({ action: 'issueAdministratorToken', ...request })),
      }),
    ),
  );
  const payload = payloadOf(functionName, Buffer.from(answer.Payload ?? []).toString('utf8'));
  const { token, id, expiresAt } = payload;
  if (answer.FunctionError !== undefined || token === undefined || id === undefined || expiresAt === undefined) {
    throw new CliError(`${functionName} issued no token: ${payload.errorMessage ?? 'its answer holds none'}`);
  }
  return { token, id, expiresAt };
}

type Payload = Partial<AdministratorToken> & { readonly errorMessage?: string };

/** @throws {CliError} for what is no object of JSON; it is not quoted, it may hold a token */
function payloadOf(functionName: string, text: string): Payload {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${functionName} answered with something that is not JSON, is the endpoint AWS?`, EXIT.failed, {
      cause,
    });
  }
  if (typeof payload !== 'object' || payload === null) {
    throw new CliError(`${functionName} issued no token: its answer is no object`);
  }
  return payload;
}
