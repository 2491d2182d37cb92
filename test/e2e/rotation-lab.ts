import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { bootstrap } from '../../cli/bootstrap';
import { rotateNow } from '../../cli/rotate';
import { reportSecret, type SecretReport } from '../../cli/secret-status';
import { type RotationRecord, rotationKey } from '../../lambdas/lib/rotation-record';
import { type Sandbox, startSandbox } from '../../sandbox';
import type { RotationEvent } from '../../sandbox/aws';
import type { InvokeResult } from '../../sandbox/runtime';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import type { GatehouseConfig } from '../../stacks/config/types';
import { everyRotation } from '../stacks/rotation-settings';
import { temporaryFolder, writeExampleConfig } from './support';
import { Upstream } from './upstream';

export const ISSUER = 'https://tokens.example.test/';
export const AUDIENCE = 'https://api.example.test';
export const APPLICATION = 'home-page';
export const CLIENT = { userPoolId: 'eu-west-1_AbCdEfGhI', clientId: 'reporting' };
export const SECRETS = {
  pepper: 'homepage-dev-pepper',
  signingKeys: 'homepage-dev-signing-keys',
  usageKey: `homepage-dev/${APPLICATION}/usage-key`,
  upstream: 'homepage-dev/crm/token',
  client: 'homepage-dev/reporting/oauth',
} as const;

/** What becomes of a step: its environment is ended while it runs, or its answer is lost after it ran. */
export type Fault = 'kill' | 'lost';

const LOST: InvokeResult = { ok: false, errorType: 'Sandbox.Lost', errorMessage: 'the answer was lost' };

/** The example with every kind of rotation, in the sandbox, with a clock that can be put forward. */
export class RotationLab {
  readonly folder = temporaryFolder();
  readonly synthDir = join(this.folder.path, 'cdktf.out');
  readonly stateDir = join(this.folder.path, 'state');
  readonly upstream = new Upstream();
  readonly events: RotationEvent[] = [];
  /** Every token by which Secrets Manager proved itself, to look for where none may be. */
  readonly rotationTokens = new Set<string>();
  sandbox!: Sandbox;
  administrator = '';
  upstreamOrigin = '';
  secrets!: SecretsManagerClient;
  private tables!: DynamoDBDocumentClient;
  private offsetMs = 0;
  /** Faults to come, by function and step. */
  private readonly faults = new Map<string, Fault[]>();

  /** Epoch milliseconds. */
  readonly clock = (): number => Date.now() + this.offsetMs;

  async start(): Promise<void> {
    const [port, awsPort] = [await freePort(), await freePort()];
    this.upstreamOrigin = await this.upstream.start();
    const config = writeExampleConfig(this.folder.path, (example) => ({
      ...example,
      tiers: { ...example.tiers, traffic: { rateLimit: 5000, burstLimit: 5000 } },
      apis: withoutThrottle(example.apis),
      issuers: [
        {
          issuer: ISSUER,
          audience: [AUDIENCE],
          algorithms: ['ES256'],
          jwksUri: `http://127.0.0.1:${port}/homepage/dev/.well-known/jwks.json`,
          maxLifetimeSeconds: 3600,
          applications: [APPLICATION],
        },
      ],
      rotation: everyRotation({
        api: 'homepage',
        application: APPLICATION,
        upstream: this.upstreamOrigin,
        tokenUrl: `http://127.0.0.1:${awsPort}/oauth2/token`,
      }),
    }));
    synthesize(loadConfig(config), this.synthDir);
    this.sandbox = await startSandbox({
      synthDir: this.synthDir,
      environment: 'dev',
      stateDir: this.stateDir,
      port,
      awsPort,
      clock: this.clock,
      userPoolClients: [CLIENT],
      // A crash and a lost answer in each of the four steps, and one that goes well.
      rotationRetryDelaysMs: Array.from({ length: 8 }, () => 20),
      interceptRotation: (call, invoke) => this.intercept(call, invoke),
      onRotation: (event) => this.events.push(event),
    });
    const options = {
      region: 'eu-west-1',
      credentials: this.sandbox.awsCredentials,
      endpoint: this.awsEndpoint,
    };
    this.secrets = new SecretsManagerClient(options);
    const database = new DynamoDBClient({
      ...options,
      endpoint: this.sandbox.awsEnvironment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    });
    this.tables = DynamoDBDocumentClient.from(database);
    await this.secrets.send(
      new CreateSecretCommand({
        Name: 'upstream/admin',
        SecretString: this.upstream.admin,
        ClientRequestToken: '0'.repeat(32),
      }),
    );
    const target = { namePrefix: 'homepage-dev', endpoint: this.awsEndpoint };
    const { token } = await bootstrap({ ...options, ...target }, { lifetimeSeconds: 86_400 });
    this.administrator = token;
  }

  async remove(): Promise<void> {
    await this.sandbox?.close();
    this.secrets?.destroy();
    this.tables?.destroy();
    await this.upstream.close();
    this.folder.remove();
  }

  get base(): string {
    return this.sandbox.apis[0]?.baseUrl ?? '';
  }

  get awsEndpoint(): string {
    return this.sandbox.awsEnvironment.AWS_ENDPOINT_URL ?? '';
  }

  putForward(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }

  /** Puts the clock forward to a moment. */
  putForwardTo(moment: number): void {
    this.offsetMs += Math.max(0, moment - this.clock());
  }

  /** Rotates now, as `gatehouse rotate --wait` does. */
  rotate(secret: string): ReturnType<typeof rotateNow> {
    return rotateNow(this.secrets, { secret, wait: true, timeoutSeconds: 30, pollMs: 20, progress: () => undefined });
  }

  async value(secret: string): Promise<string> {
    const request = { SecretId: secret, VersionStage: 'AWSCURRENT' };
    return (await this.secrets.send(new GetSecretValueCommand(request))).SecretString ?? '';
  }

  async record(secret: string): Promise<RotationRecord | undefined> {
    const answer = await this.tables.send(
      new GetCommand({ TableName: 'homepage-dev-rotation', Key: { pk: rotationKey(secret) } }),
    );
    return answer.Item as RotationRecord | undefined;
  }

  /** Labels of a secret's versions, each with the id of its version. */
  async labels(secret: string): Promise<Record<string, string>> {
    const { VersionIdsToStages: stages = {} } = await this.secrets.send(
      new DescribeSecretCommand({ SecretId: secret }),
    );
    return Object.fromEntries(Object.entries(stages).flatMap(([id, labels]) => labels.map((label) => [label, id])));
  }

  /** Versions with a document, by generation. */
  async versions(secret: string): Promise<{ readonly id: string; readonly generation: number }[]> {
    const request = { SecretId: secret, IncludeDeprecated: true };
    const { Versions: found = [] } = await this.secrets.send(new ListSecretVersionIdsCommand(request));
    const all = found.map(async ({ VersionId: id = '' }) => {
      const answer = await this.secrets
        .send(new GetSecretValueCommand({ SecretId: secret, VersionId: id }))
        .catch(() => undefined);
      return { id, generation: Number(JSON.parse(answer?.SecretString ?? '{}').generation ?? 0) };
    });
    return (await Promise.all(all)).sort((a, b) => a.generation - b.generation);
  }

  /** What somebody does who may change the secret. */
  async moveCurrent(secret: string, from: string, to: string): Promise<void> {
    const move = { VersionStage: 'AWSCURRENT', RemoveFromVersionId: from, MoveToVersionId: to };
    await this.secrets.send(new UpdateSecretVersionStageCommand({ SecretId: secret, ...move }));
  }

  /** As `gatehouse secrets status`. */
  async report(secret: string): Promise<SecretReport> {
    const lambda = new LambdaClient({
      region: 'eu-west-1',
      credentials: this.secrets.config.credentials,
      endpoint: this.awsEndpoint,
    });
    try {
      return await reportSecret({ secrets: this.secrets, lambda }, secret, this.clock());
    } finally {
      lambda.destroy();
    }
  }

  /** Makes the next calls of a step fail, of every rotation function. */
  arm(step: string, faults: readonly Fault[]): void {
    for (const name of this.sandbox.functions.filter((one) => one.endsWith('-rotation'))) {
      this.faults.set(`${name} ${step}`, [...faults]);
    }
  }

  /** Faults that no call has met yet. */
  get armed(): number {
    return [...this.faults.values()].flat().length;
  }

  private async intercept(
    { functionName, event }: { functionName: string; event: unknown },
    invoke: () => Promise<InvokeResult>,
  ): Promise<InvokeResult> {
    const { Step, RotationToken } = event as { Step: string; RotationToken: string };
    this.rotationTokens.add(RotationToken);
    const fault = this.faults.get(`${functionName} ${Step}`)?.shift();
    const running = invoke();
    if (fault === undefined) return running;
    if (fault === 'kill') {
      // Somewhere in the middle of its calls.
      await new Promise((next) => setTimeout(next, 4));
      await this.sandbox.crash(functionName);
    }
    await running;
    return LOST;
  }
}

/** Refusals for the number of requests would say nothing about rotations. */
function withoutThrottle(apis: GatehouseConfig['apis']): GatehouseConfig['apis'] {
  const throttle = { rateLimit: 10_000, burstLimit: 5000 };
  return Object.fromEntries(Object.entries(apis).map(([name, api]) => [name, { ...api, throttle }]));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
