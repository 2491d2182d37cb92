import {
  CancelRotateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { LocalAws, LocalAwsOptions, RotationEvent } from '../../../sandbox/aws';
import { AwsLab, clientConfig, errorOf } from './support';

const NAME = 'gh-dev-pepper';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:gh-dev-rotation';
const T0 = '00000000-0000-4000-8000-000000000000';
const T1 = '00000000-0000-4000-8000-000000000001';
const T2 = '00000000-0000-4000-8000-000000000002';
const T3 = '00000000-0000-4000-8000-000000000003';
const HOUR = 3_600_000;

interface StepEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

let lab: AwsLab;
let aws: LocalAws;
let client: SecretsManagerClient;
let events: RotationEvent[];
let calls: StepEvent[];
/** What the function does besides the four steps; throws to fail one. */
let disturb: (event: StepEvent) => Promise<void> | void;
let now: number;

beforeEach(() => {
  lab = new AwsLab();
  events = [];
  calls = [];
  disturb = () => undefined;
  now = Date.parse('2026-01-15T12:00:00Z');
});
afterEach(async () => {
  client.destroy();
  await lab.dispose();
});

async function start(options: Partial<LocalAwsOptions> = {}): Promise<void> {
  aws = await lab.start({
    secrets: [{ name: NAME }],
    invoke: async (name, event) => {
      expect(name).toBe('gh-dev-rotation');
      try {
        await rotationFunction(event as StepEvent);
        return { ok: true, payload: null };
      } catch (error) {
        return { ok: false, errorType: 'Error', errorMessage: String(error) };
      }
    },
    onRotation: (event) => events.push(event),
    clock: () => now,
    rotationRetryDelaysMs: [1, 1],
    ...options,
  });
  client = new SecretsManagerClient(clientConfig(aws));
  aws.rotations.start();
}

/** A rotation function as the service expects it, without any of the care that the kit's own takes. */
async function rotationFunction(event: StepEvent): Promise<void> {
  calls.push(event);
  const { Step, SecretId, ClientRequestToken: token } = event;
  await disturb(event);
  if (Step === 'createSecret') {
    const request = { SecretId, ClientRequestToken: token, VersionStages: ['AWSPENDING'], SecretString: token };
    await client.send(new PutSecretValueCommand(request));
  }
  if (Step === 'finishSecret') await promote(token);
}

async function promote(token: string): Promise<void> {
  const current = Object.entries(await stages()).find(([, labels]) => labels.includes('AWSCURRENT'))?.[0];
  if (current === token) return;
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: NAME,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: token,
      RemoveFromVersionId: current,
    }),
  );
}

const describeSecret = () => client.send(new DescribeSecretCommand({ SecretId: NAME }));
const stages = async () => (await describeSecret()).VersionIdsToStages ?? {};
const rotate = (input: Partial<RotateSecretCommandInput> = {}) =>
  client.send(new RotateSecretCommand({ SecretId: NAME, RotationLambdaARN: ARN, ClientRequestToken: T1, ...input }));
const put = (token: string, value: string, labels?: string[]) =>
  client.send(
    new PutSecretValueCommand({
      SecretId: NAME,
      ClientRequestToken: token,
      SecretString: value,
      ...(labels ? { VersionStages: labels } : {}),
    }),
  );
const names = () => events.map(({ event }) => event);
const steps = () => calls.map(({ Step }) => Step);

const ALL = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('RotateSecret', () => {
  test('gives an empty secret its first value by the four steps', async () => {
    await start();
    expect(await rotate()).toMatchObject({ Name: NAME, VersionId: T1 });
    await aws.rotations.idle();
    expect(steps()).toEqual(ALL);
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'] });
    expect(names()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('tells each step the secret by its ARN, the token, and a rotation token', async () => {
    await start();
    await rotate();
    await aws.rotations.idle();
    const { ARN: secretArn } = await describeSecret();
    for (const call of calls) {
      expect(call).toEqual({
        Step: expect.any(String),
        SecretId: secretArn,
        ClientRequestToken: T1,
        RotationToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  test('the pending version has no value before the function puts one', async () => {
    await start();
    await put(T0, 'zero');
    let seen: unknown;
    disturb = async ({ Step }) => {
      if (Step === 'createSecret') {
        expect(await stages()).toEqual({ [T0]: ['AWSCURRENT'], [T1]: ['AWSPENDING'] });
        const request = { SecretId: NAME, VersionId: T1, VersionStage: 'AWSPENDING' };
        seen = await errorOf(client.send(new GetSecretValueCommand(request)));
      }
    };
    await rotate();
    await aws.rotations.idle();
    expect(seen).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
  });

  test.each(ALL)('after a failure in %s the whole rotation is done again with the same token', async (step) => {
    await start();
    await put(T0, 'zero');
    let failures = 1;
    disturb = ({ Step }) => {
      if (Step === step && failures-- > 0) throw new Error('down');
    };
    await rotate();
    await aws.rotations.idle();
    expect(steps()).toEqual([...ALL.slice(0, ALL.indexOf(step) + 1), ...ALL]);
    expect(new Set(calls.map((call) => call.ClientRequestToken))).toEqual(new Set([T1]));
    expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
    expect(names()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('when every try fails, AWSCURRENT stays and AWSPENDING is left', async () => {
    await start();
    await put(T0, 'zero');
    disturb = ({ Step }) => {
      if (Step === 'testSecret') throw new Error('refused');
    };
    await rotate();
    await aws.rotations.idle();
    expect(await stages()).toEqual({ [T0]: ['AWSCURRENT'], [T1]: ['AWSPENDING'] });
    expect(events.at(-1)).toMatchObject({ event: 'RotationFailed', step: 'testSecret', versionId: T1 });
    expect(JSON.stringify(events)).not.toContain('refused');
  });

  test('with an earlier rotation incomplete it is refused, and the earlier one is tried again', async () => {
    await start();
    await put(T0, 'zero');
    disturb = () => Promise.reject(new Error('down'));
    await rotate();
    await aws.rotations.idle();
    disturb = () => undefined;
    expect(await errorOf(rotate({ ClientRequestToken: T2 }))).toEqual({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
      status: 400,
    });
    await aws.rotations.idle();
    expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
  });

  test('a function that returns without promoting has not rotated', async () => {
    await start({ invoke: async () => ({ ok: true, payload: null }) });
    await rotate();
    await aws.rotations.idle();
    expect(await stages()).toEqual({ [T1]: ['AWSPENDING'] });
    expect(names().at(-1)).toBe('RotationFailed');
  });

  test('a value put by hand overtakes the rotation and stays current', async () => {
    await start();
    await put(T0, 'zero');
    disturb = async ({ Step }) => {
      if (Step === 'setSecret') await put(T3, 'by hand');
    };
    await rotate();
    await aws.rotations.idle();
    expect(steps()).toEqual(['createSecret', 'setSecret']);
    expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSPENDING'], [T3]: ['AWSCURRENT'] });
    expect(names().at(-1)).toBe('RotationAbandoned');
  });

  test('a function that takes its AWSPENDING away abandons the rotation', async () => {
    await start();
    await put(T0, 'zero');
    disturb = async ({ Step }) => {
      if (Step !== 'setSecret') return;
      const request = { SecretId: NAME, VersionStage: 'AWSPENDING', RemoveFromVersionId: T1 };
      await client.send(new UpdateSecretVersionStageCommand(request));
      throw new Error('stale');
    };
    await rotate();
    await aws.rotations.idle();
    expect(steps()).toEqual(['createSecret', 'setSecret']);
    expect(names().at(-1)).toBe('RotationAbandoned');
    disturb = () => undefined;
    await rotate({ ClientRequestToken: T2 });
    await aws.rotations.idle();
    expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T2]: ['AWSCURRENT'] });
  });

  test('without RotateImmediately only testSecret is called, on a version that is gone afterwards', async () => {
    await start();
    await put(T0, 'zero');
    let pending: string | undefined;
    disturb = async () => {
      pending = (await client.send(new GetSecretValueCommand({ SecretId: NAME, VersionId: T1 }))).SecretString;
    };
    await rotate({ RotateImmediately: false });
    await aws.rotations.idle();
    expect(steps()).toEqual(['testSecret']);
    expect(pending).toBe('zero');
    expect(await stages()).toEqual({ [T0]: ['AWSCURRENT'] });
    expect(names()).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
  });

  test('is refused without a function', async () => {
    await start();
    const call = client.send(new RotateSecretCommand({ SecretId: NAME, ClientRequestToken: T1 }));
    expect(await errorOf(call)).toMatchObject({
      name: 'InvalidRequestException',
      message: 'No Lambda rotation function ARN is associated with this secret.',
    });
  });

  test('is refused for a function that Secrets Manager has no permission to call', async () => {
    await start({ rotationRefusal: () => 'no permission' });
    expect(await errorOf(rotate())).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    expect((await describeSecret()).RotationEnabled).toBeUndefined();
  });

  test('is refused for rules that Secrets Manager does not take', async () => {
    await start();
    const call = rotate({ RotationRules: { ScheduleExpression: 'rate(1 hour)' } });
    expect(await errorOf(call)).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('4 hours'),
    });
  });
});

describe('the schedule', () => {
  const RULES = { ScheduleExpression: 'cron(0 3 1 * ? *)', Duration: '2h' };

  test('shows the end of the next window, and rotates when it opens', async () => {
    await start();
    await rotate({ RotationRules: RULES });
    await aws.rotations.idle();
    expect(await describeSecret()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: ARN,
      RotationRules: RULES,
      LastRotatedDate: new Date(now),
      NextRotationDate: new Date('2026-02-01T05:00:00Z'),
    });
    now = Date.parse('2026-02-01T02:59:00Z');
    aws.rotations.poll();
    await aws.rotations.idle();
    expect(calls).toHaveLength(4);
    now = Date.parse('2026-02-01T03:00:00Z');
    aws.rotations.poll();
    await aws.rotations.idle();
    expect(calls).toHaveLength(8);
    expect((await describeSecret()).NextRotationDate).toEqual(new Date('2026-03-01T05:00:00Z'));
  });

  test('after a failure for good the promised date passes, and the same token is tried within a day', async () => {
    await start();
    await put(T0, 'zero');
    await rotate({ RotationRules: RULES });
    await aws.rotations.idle();
    disturb = () => Promise.reject(new Error('down'));
    now = Date.parse('2026-02-01T03:00:00Z');
    aws.rotations.poll();
    await aws.rotations.idle();
    const token = calls.at(-1)?.ClientRequestToken;
    expect((await describeSecret()).NextRotationDate).toEqual(new Date('2026-02-01T05:00:00Z'));
    disturb = () => undefined;
    now += 25 * HOUR;
    aws.rotations.poll();
    await aws.rotations.idle();
    expect(calls.at(-1)?.ClientRequestToken).toBe(token);
    expect(await stages()).toMatchObject({ [token ?? '']: ['AWSCURRENT'] });
  });

  test('CancelRotateSecret stops it and leaves what is pending', async () => {
    await start();
    await put(T0, 'zero');
    let failed = false;
    disturb = async ({ Step }) => {
      if (Step === 'setSecret' && !failed) {
        failed = true;
        await client.send(new CancelRotateSecretCommand({ SecretId: NAME }));
      }
    };
    await rotate({ RotationRules: RULES });
    await aws.rotations.idle();
    expect(steps()).toEqual(['createSecret', 'setSecret']);
    const described = await describeSecret();
    expect(described).toMatchObject({
      RotationEnabled: false,
      VersionIdsToStages: { [T0]: ['AWSCURRENT'], [T1]: ['AWSPENDING'] },
    });
    expect(described.RotationLambdaARN).toBeUndefined();
    expect(described.NextRotationDate).toBeUndefined();
  });
});

describe('a planned rotation', () => {
  const rotation = { lambdaArn: ARN, rules: { scheduleExpression: 'cron(0 3 1 * ? *)' }, rotateImmediately: false };

  test('is set up and tested at the first start, and at no later one', async () => {
    await start({ secrets: [{ name: NAME, rotation }] });
    await aws.rotations.idle();
    expect(steps()).toEqual(['testSecret']);
    expect(await describeSecret()).toMatchObject({ RotationEnabled: true, RotationLambdaARN: ARN });
    await lab.stop(aws);
    await start({ secrets: [{ name: NAME, rotation }] });
    await aws.rotations.idle();
    expect(steps()).toEqual(['testSecret']);
  });

  test('rotates at once where the plan says so, and when its rules change', async () => {
    const immediate = { ...rotation, rotateImmediately: true };
    await start({ secrets: [{ name: NAME, rotation: immediate }] });
    await aws.rotations.idle();
    expect(steps()).toEqual(ALL);
    await lab.stop(aws);
    const rules = { scheduleExpression: 'cron(0 4 1 * ? *)' };
    await start({ secrets: [{ name: NAME, rotation: { ...immediate, rules } }] });
    await aws.rotations.idle();
    expect(steps()).toEqual([...ALL, ...ALL]);
  });

  test('is cancelled when the plan no longer has it', async () => {
    await start({ secrets: [{ name: NAME, rotation }] });
    await aws.rotations.idle();
    await lab.stop(aws);
    await start();
    expect((await describeSecret()).RotationEnabled).toBe(false);
  });
});

test('a restart in the middle goes on with the same token', async () => {
  await start();
  await put(T0, 'zero');
  const reached = new Promise<void>((resolve) => {
    disturb = ({ Step }) => {
      if (Step === 'testSecret') {
        resolve();
        throw new Error('the process is going down');
      }
    };
  });
  await rotate();
  await reached;
  await lab.stop(aws);
  disturb = () => undefined;
  await start();
  await aws.rotations.idle();
  expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
});

describe('UpdateSecret', () => {
  test('changes the description, and a value as a new current version', async () => {
    await start();
    await put(T0, 'zero');
    await client.send(
      new UpdateSecretCommand({ SecretId: NAME, Description: 'new', SecretString: 'one', ClientRequestToken: T1 }),
    );
    expect(await describeSecret()).toMatchObject({ Description: 'new' });
    expect(await stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
  });
});

describe('DeleteSecret', () => {
  test('refuses every use until RestoreSecret, and goes for good after the window', async () => {
    await start();
    await put(T0, 'zero');
    const deleted = await client.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7 }));
    expect(deleted.DeletionDate).toEqual(new Date(now + 7 * 24 * HOUR));
    const get = () => client.send(new GetSecretValueCommand({ SecretId: NAME }));
    for (const call of [get, () => rotate(), () => put(T1, 'one')]) {
      expect(await errorOf(call())).toMatchObject({
        name: 'InvalidRequestException',
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      });
    }
    expect((await describeSecret()).DeletedDate).toEqual(deleted.DeletionDate);
    await client.send(new RestoreSecretCommand({ SecretId: NAME }));
    expect(await get()).toMatchObject({ SecretString: 'zero' });
    await client.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7 }));
    now += 8 * 24 * HOUR;
    expect(await errorOf(describeSecret())).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
