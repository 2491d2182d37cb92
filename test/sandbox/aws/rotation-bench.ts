import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { LocalAws, LocalAwsOptions, RotationEvent } from '../../../sandbox/aws';
import { AwsLab, clientConfig } from './support';

export const NAME = 'gh-dev-pepper';
export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:gh-dev-rotation';
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

export interface StepEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** A token by its number, as Secrets Manager takes them. */
export function token(number: number): string {
  return `00000000-0000-4000-8000-00000000000${number}`;
}

/** The sandbox's Secrets Manager with one secret and a rotation function of a few lines, on a clock that stands still. */
export class RotationBench {
  readonly events: RotationEvent[] = [];
  readonly calls: StepEvent[] = [];
  /** Epoch milliseconds. */
  now = Date.parse('2026-01-15T12:00:00Z');
  aws!: LocalAws;
  client!: SecretsManagerClient;
  private readonly lab = new AwsLab();

  /** What the function does besides the four steps; throws to fail one. */
  disturb: (event: StepEvent) => Promise<void> | void = () => undefined;

  async start(options: Partial<LocalAwsOptions> = {}): Promise<void> {
    this.aws = await this.lab.start({
      secrets: [{ name: NAME }],
      invoke: async (name, event) => {
        expect(name).toBe('gh-dev-rotation');
        try {
          await this.step(event as StepEvent);
          return { ok: true, payload: null };
        } catch (error) {
          return { ok: false, errorType: 'Error', errorMessage: String(error) };
        }
      },
      onRotation: (event) => this.events.push(event),
      clock: () => this.now,
      rotationRetryDelaysMs: [1, 1],
      ...options,
    });
    this.client = new SecretsManagerClient(clientConfig(this.aws));
    this.aws.rotations.start();
  }

  stop(): Promise<void> {
    return this.lab.stop(this.aws);
  }

  async dispose(): Promise<void> {
    this.client.destroy();
    await this.lab.dispose();
  }

  idle(): Promise<void> {
    return this.aws.rotations.idle();
  }

  /** Puts the clock to a moment, and waits for what is due then. */
  async at(moment: string): Promise<void> {
    this.now = Date.parse(moment);
    this.aws.rotations.poll();
    await this.idle();
  }

  describeSecret() {
    return this.client.send(new DescribeSecretCommand({ SecretId: NAME }));
  }

  async stages(): Promise<Record<string, string[]>> {
    return (await this.describeSecret()).VersionIdsToStages ?? {};
  }

  rotate(input: Partial<RotateSecretCommandInput> = {}) {
    const request = { SecretId: NAME, RotationLambdaARN: FUNCTION, ClientRequestToken: token(1) };
    return this.client.send(new RotateSecretCommand({ ...request, ...input }));
  }

  put(version: number, value: string) {
    const request = { SecretId: NAME, ClientRequestToken: token(version), SecretString: value };
    return this.client.send(new PutSecretValueCommand(request));
  }

  /** Names of the events. */
  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  get steps(): string[] {
    return this.calls.map(({ Step }) => Step);
  }

  /** Makes the function go through every step without a new version, and take AWSPENDING away in the last. */
  declines = false;

  /** As the service expects it, without any of the care that the kit's own functions take. */
  private async step(event: StepEvent): Promise<void> {
    this.calls.push(event);
    const { Step, SecretId, ClientRequestToken } = event;
    await this.disturb(event);
    if (this.declines) {
      const removal = { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: ClientRequestToken };
      if (Step === 'finishSecret') await this.client.send(new UpdateSecretVersionStageCommand(removal));
      return;
    }
    if (Step === 'createSecret') {
      const request = { SecretId, ClientRequestToken, VersionStages: ['AWSPENDING'], SecretString: ClientRequestToken };
      await this.client.send(new PutSecretValueCommand(request));
    }
    if (Step === 'finishSecret') await this.promote(ClientRequestToken);
  }

  private async promote(version: string): Promise<void> {
    const stages = await this.stages();
    const current = Object.keys(stages).find((id) => stages[id]?.includes('AWSCURRENT'));
    if (current === version) return;
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: NAME,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        RemoveFromVersionId: current,
      }),
    );
  }
}
