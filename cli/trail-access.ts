import type { LambdaClient as LambdaClientOf } from '@aws-sdk/client-lambda';
import { Names } from '../constructs/support/names';
import type { AwsAccess } from '../lambdas/lib/aws-request';
import { dynamoCall } from '../lambdas/lib/dynamo-call';
import { type S3Objects, s3Objects } from '../lambdas/lib/s3-objects';
import { batchKey, type SignedSeal, sealNumber } from '../lambdas/lib/trail/seal';
import { dynamoTrailReader, type TrailReader } from '../lambdas/lib/trail/trail-reader';
import type { SealedBatch } from '../lambdas/lib/trail/verify';
import { kmsKey } from '../lambdas/trail-sealer/kms-key';
import type { SealingKey } from '../lambdas/trail-sealer/ports';
import { loadConfig } from '../stacks/config';
import { findConfig } from './options';
import { AWS_CLIENTS, requirePackages } from './packages';
import { clientOptions, type PlatformOptions, platformOf, refusedByAws } from './platform';
import { orSandbox } from './sandbox-platform';

/** The parts of an audit trail, as the command line reaches them. */
export interface TrailAccess {
  /** `<prefix>-<environment>` */
  readonly trail: string;
  readonly reader: TrailReader;
  readonly objects: S3Objects;
  readonly key: Pick<SealingKey, 'publicKey'>;
}

/**
 * The audit trail of a platform.
 *
 * @throws {CliError} without an environment, and where no credentials are found
 */
export async function trailOf(options: Partial<PlatformOptions>, command: string): Promise<TrailAccess> {
  const found = orSandbox(options, command);
  const { environment } = found;
  const target = platformOf(found);
  const { config } = loadConfig(findConfig(found.config));
  const { region } = target;
  const account = config.environments[environment]?.account ?? config.account;
  const names = new Names(config.prefix, environment);
  const access: AwsAccess = {
    credentials: target.credentials ?? (await usualCredentials(clientOptions(target), command)),
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
  };
  return {
    trail: names.base,
    reader: dynamoTrailReader(dynamoCall({ region, access }), names.trailTable),
    objects: s3Objects({ region, bucket: names.trailBucket({ account, region }), access }),
    key: kmsKey({ region, key: names.trailSigningKeyAlias, access }),
  };
}

/** Those that the AWS SDK finds in its usual places. */
async function usualCredentials(
  options: ReturnType<typeof clientOptions>,
  command: string,
): Promise<NonNullable<AwsAccess['credentials']>> {
  requirePackages(command, AWS_CLIENTS);
  const { LambdaClient } = require('@aws-sdk/client-lambda') as { LambdaClient: typeof LambdaClientOf };
  const client = new LambdaClient(options);
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  } catch (error) {
    throw refusedByAws('find credentials of AWS', error);
  } finally {
    client.destroy();
  }
}

/** Every seal of the bucket with its entries, in their order. What cannot be read is left out, for the verification to tell. */
export async function* sealsOf(objects: S3Objects): AsyncGenerator<SealedBatch> {
  for await (const name of objects.list('seals/')) {
    const number = sealNumber(name);
    if (number === undefined) {
      continue;
    }
    const [seal, batch] = await Promise.all([objects.get(name), objects.get(batchKey(number))]);
    yield {
      number,
      signed: seal === undefined ? undefined : sealIn(seal),
      entries: batch?.split('\n').slice(0, -1).map(parse),
    };
  }
}

function sealIn(text: string): SignedSeal | undefined {
  const value = parse(text) as Partial<SignedSeal> | undefined;
  const { seal, signature, leaves } = value ?? {};
  return typeof seal?.number === 'number' && typeof signature === 'string' && Array.isArray(leaves)
    ? { seal, signature, leaves: leaves.map(String) }
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
