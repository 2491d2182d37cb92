import { createHash } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createPepperDocument } from '../lambdas/lib/pepper';
import { CliError } from './errors';

/** Where the platform is: its names, and how its AWS account is reached. */
export interface BootstrapTarget {
  /** `<prefix>-<environment>`, the first part of every resource name. */
  readonly namePrefix: string;
  readonly region: string;
  /** Endpoint in place of AWS, for the sandbox or an emulator. @default - AWS, or the `AWS_ENDPOINT_URL*` variables */
  readonly endpoint?: string | undefined;
  /** @default - the usual credential sources of the AWS SDK */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the token service answers to a direct invocation. */
export interface AdministratorToken {
  readonly token: string;
  readonly id: string;
  /** ISO 8601 or epoch seconds, as the token service gives it. */
  readonly expiresAt: string | number;
}

/**
 * Prepares a deployed platform with AWS credentials alone: gives the pepper secret its first value where it has none,
 * then has the token service issue an administrator token.
 *
 * Needs `secretsmanager:DescribeSecret` and `PutSecretValue` on the pepper secret, and `lambda:InvokeFunction` on the
 * token service.
 *
 * @throws {CliError} when AWS refuses a call or the token service fails
 */
export async function bootstrap(
  target: BootstrapTarget,
  request: { readonly name?: string | undefined; readonly lifetimeSeconds?: number | undefined } = {},
): Promise<AdministratorToken & { readonly pepperCreated: boolean }> {
  const client = {
    region: target.region,
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    ...(target.credentials === undefined ? {} : { credentials: target.credentials }),
  };
  const pepperCreated = await ensurePepper(new SecretsManagerClient(client), `${target.namePrefix}-pepper`);
  const token = await issueAdministratorToken(new LambdaClient(client), `${target.namePrefix}-token-service`, request);
  return { ...token, pepperCreated };
}

async function ensurePepper(client: SecretsManagerClient, secret: string): Promise<boolean> {
  const described = await call(`describe the secret ${secret}`, () =>
    client.send(new DescribeSecretCommand({ SecretId: secret })),
  );
  const stages = Object.values(described.VersionIdsToStages ?? {}).flat();
  if (stages.includes('AWSCURRENT')) {
    return false;
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
    throw refused(`put the first value of the secret ${secret}`, error);
  }
}

async function issueAdministratorToken(
  client: LambdaClient,
  functionName: string,
  request: { readonly name?: string | undefined; readonly lifetimeSeconds?: number | undefined },
): Promise<AdministratorToken> {
  const answer = await call(`invoke ${functionName}`, () =>
    client.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: Buffer.from(JSON.stringify({ action: 'issueAdministratorToken', ...request })),
      }),
    ),
  );
  const payload = JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as Partial<AdministratorToken> & {
    errorMessage?: string;
  };
  const { token, id, expiresAt } = payload;
  if (answer.FunctionError !== undefined || token === undefined || id === undefined || expiresAt === undefined) {
    throw new CliError(`${functionName} issued no token: ${payload.errorMessage ?? 'its answer holds none'}`);
  }
  return { token, id, expiresAt };
}

async function call<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw refused(what, error);
  }
}

function refused(what: string, error: unknown): CliError {
  const { name, message } = error as Error;
  return new CliError(`cannot ${what}: ${name}: ${message}`, 1, { cause: error });
}
