import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetUsageCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { type RequestRefusal, type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox';
import { createFixture, type Fixture } from './fixture';
import { type Answer, type Call, call } from './http';

/** A sandbox that serves the fixture, with a clock that stands still. */
export class SandboxFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-sandbox-'));
  readonly synthDir = join(this.folder, 'cdktf.out');
  readonly stateDir = join(this.folder, 'state');
  readonly stacks: Fixture = createFixture(this.synthDir);
  readonly accessLog: Record<string, unknown>[] = [];
  readonly functionLog: string[] = [];
  readonly failures: (RequestRefusal & { readonly api: string })[] = [];
  /** Epoch milliseconds; noon of a Wednesday. */
  now = Date.UTC(2026, 0, 14, 12);
  private running: Sandbox | undefined;

  get sandbox(): Sandbox {
    if (this.running === undefined) throw new Error('the sandbox is not started');
    return this.running;
  }

  async start(options: Pick<SandboxOptions, 'mutualTls'> = {}): Promise<void> {
    this.stacks.write();
    this.running = await startSandbox({
      synthDir: this.synthDir,
      environment: 'dev',
      stateDir: this.stateDir,
      port: 0,
      clock: () => this.now,
      onAccessLog: (line) => this.accessLog.push(JSON.parse(line) as Record<string, unknown>),
      onFunctionLog: (_name, line) => this.functionLog.push(line),
      onFailure: (failure, api) => this.failures.push({ ...failure, api }),
      ...options,
    });
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A request to the API \`shop\`, or another one. */
  get(path: string, options: Call & { api?: string; stage?: string } = {}): Promise<Answer> {
    const { api = 'shop', stage = 'dev', ...rest } = options;
    return call(`${this.sandbox.url}/${api}/${stage}${path}`, rest);
  }

  /** How often the authorizer has run. */
  get authorizerCalls(): number {
    return this.functionLog.filter((line) => line.includes('authorizer invoked')).length;
  }

  get backendCalls(): number {
    return this.functionLog.filter((line) => line.includes('backend invoked')).length;
  }

  /** What GetUsage says of each key of a plan for the day of the clock. */
  async usage(plan: string): Promise<number[][][]> {
    const client = this.keyClient();
    const { items = [] } = await client.send(new GetUsagePlansCommand({}));
    const usagePlanId = items.find((item) => item.name === plan)?.id;
    const day = new Date(this.now).toISOString().slice(0, 10);
    const usage = await client.send(new GetUsageCommand({ usagePlanId, startDate: day, endDate: day }));
    client.destroy();
    return Object.values(usage.items ?? {});
  }

  /** Makes a usage key and puts it into a plan. @returns its value */
  async usageKey(plan: string | undefined, enabled = true): Promise<string> {
    const client = this.keyClient();
    const key = await client.send(new CreateApiKeyCommand({ name: 'test', enabled }));
    const plans = await client.send(new GetUsagePlansCommand({}));
    const found = plans.items?.find((item) => item.name === plan);
    if (found?.id !== undefined) {
      await client.send(new CreateUsagePlanKeyCommand({ usagePlanId: found.id, keyId: key.id, keyType: 'API_KEY' }));
    }
    client.destroy();
    return key.value ?? '';
  }

  private keyClient(): APIGatewayClient {
    return new APIGatewayClient({
      endpoint: this.sandbox.awsEnvironment.AWS_ENDPOINT_URL ?? '',
      region: 'eu-west-1',
      credentials: this.sandbox.awsCredentials,
    });
  }
}
