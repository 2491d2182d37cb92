import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { signPost } from '../../../lambdas/lib/sigv4';
import { type LocalAws, type LocalAwsOptions, startLocalAws, type TableSpec } from '../../../sandbox/aws';

export const TABLE: TableSpec = {
  name: 'gh-dev-tokens',
  hashKey: 'pk',
  attributes: [
    { name: 'pk', type: 'S' },
    { name: 'entity', type: 'S' },
    { name: 'createdAt', type: 'N' },
  ],
  globalSecondaryIndexes: [
    {
      name: 'by-created',
      hashKey: 'entity',
      rangeKey: 'createdAt',
      projectionType: 'INCLUDE',
      nonKeyAttributes: ['name', 'status'],
    },
  ],
};

/** Local endpoints over a state folder that is gone after the test; may be started again on the same state. */
export class AwsLab {
  readonly stateDir = mkdtempSync(path.join(tmpdir(), 'gatehouse-aws-'));
  private readonly started = new Set<LocalAws>();

  async start(options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> {
    const aws = await startLocalAws({
      stateDir: this.stateDir,
      tables: [],
      secrets: [],
      usagePlans: [],
      invoke: () => Promise.reject(new Error('no function in this test')),
      ...options,
    });
    this.started.add(aws);
    return aws;
  }

  async stop(aws: LocalAws): Promise<void> {
    this.started.delete(aws);
    await aws.close();
  }

  async dispose(): Promise<void> {
    for (const aws of this.started) await aws.close();
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** What an SDK client needs to talk to the local endpoints without reading this process's environment. */
export function clientConfig(aws: LocalAws, service = 'AWS_ENDPOINT_URL') {
  const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = aws.environment;
  return {
    endpoint: aws.environment[service] ?? '',
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    maxAttempts: 1,
  };
}

/** Headers of a POST as a client with the credentials of this start signs it. */
export function signedHeaders(
  aws: LocalAws,
  url: string,
  { headers = {}, body = '{}' }: { headers?: Record<string, string>; body?: string } = {},
): Record<string, string> {
  const { host, pathname: path } = new URL(url);
  const scope = { service: 'sandbox', region: 'eu-west-1', date: new Date() };
  return signPost({ host, path, headers, body }, scope, aws.credentials);
}

/** The name and message of the error that a call ends in, so that a test compares both at once. */
export async function errorOf(call: Promise<unknown>): Promise<{ name: string; message: string; status: number }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as {
      name: string;
      message: string;
      $metadata?: { httpStatusCode: number };
    };
    return { name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
  throw new Error('the call succeeded, an error was expected');
}
