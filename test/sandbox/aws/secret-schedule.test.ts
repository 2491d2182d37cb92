import {
  CancelRotateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION, NAME, RotationBench, STEPS, token } from './rotation-bench';
import { errorOf } from './support';

const [T0, T1] = [0, 1].map(token) as [string, string];
const HOUR = 3_600_000;

let bench: RotationBench;
beforeEach(() => {
  bench = new RotationBench();
});
afterEach(() => bench.dispose());

describe('the schedule', () => {
  const RULES = { ScheduleExpression: 'cron(0 3 1 * ? *)', Duration: '2h' };

  test('shows the end of the next window, and rotates when it opens', async () => {
    await bench.start();
    await bench.rotate({ RotationRules: RULES });
    await bench.idle();
    expect(await bench.describeSecret()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: FUNCTION,
      RotationRules: RULES,
      LastRotatedDate: new Date(bench.now),
      NextRotationDate: new Date('2026-02-01T05:00:00Z'),
    });
    await bench.at('2026-02-01T02:59:00Z');
    expect(bench.calls).toHaveLength(4);
    await bench.at('2026-02-01T03:00:00Z');
    expect(bench.calls).toHaveLength(8);
    expect((await bench.describeSecret()).NextRotationDate).toEqual(new Date('2026-03-01T05:00:00Z'));
  });

  test('after a failure for good the promised date passes, and the same token is tried within a day', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    await bench.rotate({ RotationRules: RULES });
    await bench.idle();
    bench.disturb = () => Promise.reject(new Error('down'));
    await bench.at('2026-02-01T03:00:00Z');
    const token = bench.calls.at(-1)?.ClientRequestToken;
    expect((await bench.describeSecret()).NextRotationDate).toEqual(new Date('2026-02-01T05:00:00Z'));
    bench.disturb = () => undefined;
    bench.now += 25 * HOUR;
    bench.aws.rotations.poll();
    await bench.idle();
    expect(bench.calls.at(-1)?.ClientRequestToken).toBe(token);
    expect(await bench.stages()).toMatchObject({ [token ?? '']: ['AWSCURRENT'] });
  });

  test('a rotation that the function declines is no failure, and is repeated within a day', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    await bench.rotate({ RotationRules: { ScheduleExpression: 'cron(0 3 20 * ? *)', Duration: '2h' } });
    await bench.idle();
    bench.events.length = 0;
    bench.declines = true;
    await bench.at('2026-01-20T03:00:01Z');
    expect(bench.names).toEqual(['RotationStarted']);
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
    bench.declines = false;
    await bench.at('2026-01-21T02:59:59Z');
    expect(bench.names).toEqual(['RotationStarted']);
    await bench.at('2026-01-21T03:00:02Z');
    expect(bench.names).toEqual(['RotationStarted', 'RotationStarted', 'RotationSucceeded']);
    expect((await bench.describeSecret()).NextRotationDate).toEqual(new Date('2026-02-20T05:00:00Z'));
  });

  test('CancelRotateSecret stops it and leaves what is pending', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    let failed = false;
    bench.disturb = async ({ Step }) => {
      if (Step === 'setSecret' && !failed) {
        failed = true;
        await bench.client.send(new CancelRotateSecretCommand({ SecretId: NAME }));
      }
    };
    await bench.rotate({ RotationRules: RULES });
    await bench.idle();
    expect(bench.steps).toEqual(['createSecret', 'setSecret']);
    const described = await bench.describeSecret();
    expect(described).toMatchObject({
      RotationEnabled: false,
      VersionIdsToStages: { [T0]: ['AWSCURRENT'], [T1]: ['AWSPENDING'] },
    });
    expect(described.RotationLambdaARN).toBeUndefined();
    expect(described.NextRotationDate).toBeUndefined();
  });
});

describe('a planned rotation', () => {
  const rotation = {
    lambdaArn: FUNCTION,
    rules: { scheduleExpression: 'cron(0 3 1 * ? *)' },
    rotateImmediately: false,
  };

  test('is set up and tested at the first start, and at no later one', async () => {
    await bench.start({ secrets: [{ name: NAME, rotation }] });
    await bench.idle();
    expect(bench.steps).toEqual(['testSecret']);
    expect(await bench.describeSecret()).toMatchObject({ RotationEnabled: true, RotationLambdaARN: FUNCTION });
    await bench.stop();
    await bench.start({ secrets: [{ name: NAME, rotation }] });
    await bench.idle();
    expect(bench.steps).toEqual(['testSecret']);
  });

  test('rotates at once where the plan says so, and when its rules change', async () => {
    const immediate = { ...rotation, rotateImmediately: true };
    await bench.start({ secrets: [{ name: NAME, rotation: immediate }] });
    await bench.idle();
    expect(bench.steps).toEqual(STEPS);
    await bench.stop();
    const rules = { scheduleExpression: 'cron(0 4 1 * ? *)' };
    await bench.start({ secrets: [{ name: NAME, rotation: { ...immediate, rules } }] });
    await bench.idle();
    expect(bench.steps).toEqual([...STEPS, ...STEPS]);
  });

  test('is cancelled when the plan no longer has it', async () => {
    await bench.start({ secrets: [{ name: NAME, rotation }] });
    await bench.idle();
    await bench.stop();
    await bench.start();
    expect((await bench.describeSecret()).RotationEnabled).toBe(false);
  });
});

test('a restart in the middle goes on with the same token', async () => {
  await bench.start();
  await bench.put(0, 'zero');
  const reached = new Promise<void>((resolve) => {
    bench.disturb = ({ Step }) => {
      if (Step === 'testSecret') {
        resolve();
        throw new Error('the process is going down');
      }
    };
  });
  await bench.rotate();
  await reached;
  await bench.stop();
  bench.disturb = () => undefined;
  await bench.start();
  await bench.idle();
  expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
});

describe('UpdateSecret', () => {
  test('changes the description, and a value as a new current version', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    await bench.client.send(
      new UpdateSecretCommand({ SecretId: NAME, Description: 'new', SecretString: 'one', ClientRequestToken: T1 }),
    );
    expect(await bench.describeSecret()).toMatchObject({ Description: 'new' });
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
  });
});

describe('DeleteSecret', () => {
  test('refuses every use until RestoreSecret, and goes for good after the window', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    const deleted = await bench.client.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7 }));
    expect(deleted.DeletionDate).toEqual(new Date(bench.now + 7 * 24 * HOUR));
    const get = () => bench.client.send(new GetSecretValueCommand({ SecretId: NAME }));
    for (const call of [get, () => bench.rotate(), () => bench.put(1, 'one')]) {
      expect(await errorOf(call())).toMatchObject({
        name: 'InvalidRequestException',
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      });
    }
    expect((await bench.describeSecret()).DeletedDate).toEqual(deleted.DeletionDate);
    await bench.client.send(new RestoreSecretCommand({ SecretId: NAME }));
    expect(await get()).toMatchObject({ SecretString: 'zero' });
    await bench.client.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7 }));
    bench.now += 8 * 24 * HOUR;
    expect(await errorOf(bench.describeSecret())).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
