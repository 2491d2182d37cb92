import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { findProviderMirror, findTerraform } from '../../cli/terraform/discover';
import { RotatingSecret, RotationKind, RotationStore } from '../../constructs/rotation';
import { Names } from '../../constructs/support';
import { removeTemporaryAssets } from '../../constructs/support/asset-zip';
import { TokenStore } from '../../constructs/tokens';
import type { LocalAws, RotationEvent } from '../../sandbox/aws';
import { AWS_PROVIDER_RANGE } from '../../stacks';
import { filesContaining, temporaryFolder } from '../e2e/support';
import { AwsLab, clientConfig } from '../sandbox/aws/support';
import { findMoto, Moto, TerraformRun } from './moto';

const NAME = 'team-dev-signing-keys';
const location = { account: '123456789012', region: 'eu-west-1' };
const [binary, moto] = [findTerraform(), findMoto()];
const missing = [
  ...(binary === undefined ? ['neither terraform nor tofu is on PATH'] : []),
  ...(moto === undefined ? ['no moto_server is on PATH'] : []),
];
const reason = missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')})`;
const whereBothAre = missing.length === 0 ? describe : describe.skip;

/**
 * A rotating secret in somebody else's stack, applied by real Terraform: Secrets Manager is the sandbox's, which rotates, the
 * other services are an emulator's.
 */
whereBothAre(`a rotating secret under Terraform${reason}`, () => {
  const folder = temporaryFolder();
  const server = new Moto();
  const lab = new AwsLab();
  const events: RotationEvent[] = [];
  const canaries: string[] = [];
  const stack = join(folder.path, 'out/stacks/team');
  let aws: LocalAws;
  let run: TerraformRun;
  let secrets: SecretsManagerClient;

  beforeAll(async () => {
    synthesizeStack(join(folder.path, 'out'));
    await server.start(moto ?? '');
    aws = await lab.start({
      ...location,
      accountId: location.account,
      invoke: async (name, event) => {
        expect(name).toBe(`${NAME}-rotation`);
        await rotate(event as StepEvent);
        return { ok: true, payload: null };
      },
      onRotation: (event) => events.push(event),
    });
    aws.rotations.start();
    run = new TerraformRun(stack, binary ?? '', {
      endpoint: server.endpoint,
      secretsManager: aws.endpoint,
      credentials: aws.credentials,
      mirror: findProviderMirror(),
      home: join(folder.path, 'home'),
    });
    secrets = new SecretsManagerClient(clientConfig(aws));
    await expectSuccess('init');
    await expectSuccess('apply', '-auto-approve');
    await aws.rotations.idle();
  }, 600_000);

  afterAll(async () => {
    secrets?.destroy();
    await server.stop();
    await lab.dispose();
    removeTemporaryAssets();
    folder.remove();
  });

  test('is set up on a secret without a value, and tested only', async () => {
    expect(events.map(({ event }) => event)).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
    expect(await secrets.send(new DescribeSecretCommand({ SecretId: NAME }))).toMatchObject({
      RotationEnabled: true,
      RotationRules: { ScheduleExpression: 'cron(0 3 1 1/2 ? *)', Duration: '1h' },
    });
  });

  test('after the first value and three rotations the plan is empty', async () => {
    for (let rotation = 0; rotation < 4; rotation += 1) {
      await secrets.send(new RotateSecretCommand({ SecretId: NAME, ClientRequestToken: token(rotation) }));
      await aws.rotations.idle();
    }
    const current = await secrets.send(new GetSecretValueCommand({ SecretId: NAME }));
    expect(current).toMatchObject({ SecretString: canaries[3], VersionId: token(3) });
    const plan = await run.terraform('plan', '-detailed-exitcode', '-out=after.bin');
    expect(plan).toMatchObject({ code: 0, output: expect.stringContaining('No changes.') });
    writeFileSync(join(folder.path, 'after.plan.json'), (await run.terraform('show', '-json', 'after.bin')).output);
  }, 300_000);

  test('a change of the code alone changes the function alone, and rotates nothing', async () => {
    const before = events.length;
    changeCode(stack);
    const plan = await run.terraform('plan', '-detailed-exitcode', '-out=code.bin');
    expect(plan.code).toBe(2);
    const { resource_changes: changes } = JSON.parse((await run.terraform('show', '-json', 'code.bin')).output) as {
      resource_changes: { type: string; change: { actions: string[] } }[];
    };
    const changed = changes.filter(({ change }) => change.actions.join() !== 'no-op');
    expect(changed.map(({ type, change }) => [type, change.actions])).toEqual([['aws_lambda_function', ['update']]]);
    await expectSuccess('apply', '-auto-approve', 'code.bin');
    await aws.rotations.idle();
    expect(events).toHaveLength(before);
  }, 300_000);

  test('no value is in the configuration, a plan or the state', () => {
    expect(canaries).toHaveLength(4);
    expect(readFileSync(join(stack, 'team.tfstate'), 'utf8')).toContain(NAME);
    expect(filesContaining(folder.path, canaries)).toEqual([]);
  });

  /** What every rotation function does, with values to look for. */
  async function rotate({ Step, ClientRequestToken: version }: StepEvent): Promise<void> {
    if (Step === 'createSecret') {
      const value = `canary-${canaries.length}-${'x'.repeat(20)}`;
      canaries.push(value);
      await secrets.send(
        new PutSecretValueCommand({
          SecretId: NAME,
          ClientRequestToken: version,
          SecretString: value,
          VersionStages: ['AWSPENDING'],
        }),
      );
    }
    if (Step !== 'finishSecret') return;
    const { VersionIdsToStages: stages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: NAME }));
    const current = Object.keys(stages).find((id) => stages[id]?.includes('AWSCURRENT'));
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: NAME,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        RemoveFromVersionId: current,
      }),
    );
  }

  async function expectSuccess(...args: string[]): Promise<void> {
    const { code, output } = await run.terraform(...args);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  }
});

interface StepEvent {
  readonly Step: string;
  readonly ClientRequestToken: string;
}

function token(version: number): string {
  return `00000000-0000-4000-8000-00000000000${version}`;
}

interface StackFile {
  resource: Record<string, Record<string, Record<string, unknown>>>;
}

function readStack(folder: string): StackFile {
  return JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as StackFile;
}

function synthesizeStack(outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, hclOutput: false });
  const stack = new TerraformStack(app, 'team');
  new AwsProvider(stack, 'Aws', { region: location.region, allowedAccountIds: [location.account] });
  stack.addOverride('terraform.required_providers.aws.version', AWS_PROVIDER_RANGE);
  new LocalBackend(stack, { path: 'team.tfstate' });
  const names = new Names('team', 'dev');
  const tokenStore = new TokenStore(stack, 'Tokens', {
    ...location,
    names,
    brand: 'team',
    tokenEnvironment: 'test',
    deletionProtection: false,
  });
  const store = new RotationStore(stack, 'Rotations', { ...location, names, deletionProtection: false });
  new RotatingSecret(stack, 'Keys', {
    ...location,
    names,
    store,
    secret: { create: NAME },
    kind: RotationKind.signingKeys(),
    keyArn: tokenStore.keyArn,
    deletionProtection: false,
    topicArns: ['arn:aws:sns:eu-west-1:123456789012:alarms'],
  });
  app.synth();
}

/** Another package of the rotation function, as a new release of the kit brings it. */
function changeCode(folder: string): void {
  const stack = readStack(folder);
  const [body] = Object.values(stack.resource.aws_lambda_function ?? {});
  if (body === undefined) throw new Error('the stack has no function');
  const file = join(folder, String(body.filename));
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('\n')]));
  body.source_code_hash = 'Y2hhbmdlZA==';
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
}
