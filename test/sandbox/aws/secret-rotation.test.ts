import {
  GetSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { NAME, RotationBench, STEPS, token } from './rotation-bench';
import { errorOf } from './support';

const [T0, T1, T2, T3] = [0, 1, 2, 3].map(token) as [string, string, string, string];

let bench: RotationBench;
beforeEach(() => {
  bench = new RotationBench();
});
afterEach(() => bench.dispose());

describe('RotateSecret', () => {
  test('gives an empty secret its first value by the four steps', async () => {
    await bench.start();
    expect(await bench.rotate()).toMatchObject({ Name: NAME, VersionId: T1 });
    await bench.idle();
    expect(bench.steps).toEqual(STEPS);
    expect(await bench.stages()).toEqual({ [T1]: ['AWSCURRENT'] });
    expect(bench.names).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('tells each step the secret by its FUNCTION, the token, and a rotation token', async () => {
    await bench.start();
    await bench.rotate();
    await bench.idle();
    const { ARN: secretArn } = await bench.describeSecret();
    for (const call of bench.calls) {
      expect(call).toEqual({
        Step: expect.any(String),
        SecretId: secretArn,
        ClientRequestToken: T1,
        RotationToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  test('the pending version has no value before the function puts one', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    let seen: unknown;
    bench.disturb = async ({ Step }) => {
      if (Step === 'createSecret') {
        expect(await bench.stages()).toEqual({ [T0]: ['AWSCURRENT'], [T1]: ['AWSPENDING'] });
        const request = { SecretId: NAME, VersionId: T1, VersionStage: 'AWSPENDING' };
        seen = await errorOf(bench.client.send(new GetSecretValueCommand(request)));
      }
    };
    await bench.rotate();
    await bench.idle();
    expect(seen).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
  });

  test.each(STEPS)('after a failure in %s the whole rotation is done again with the same token', async (step) => {
    await bench.start();
    await bench.put(0, 'zero');
    let failures = 1;
    bench.disturb = ({ Step }) => {
      if (Step === step && failures-- > 0) throw new Error('down');
    };
    await bench.rotate();
    await bench.idle();
    expect(bench.steps).toEqual([...STEPS.slice(0, STEPS.indexOf(step) + 1), ...STEPS]);
    expect(new Set(bench.calls.map((call) => call.ClientRequestToken))).toEqual(new Set([T1]));
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
    expect(bench.names).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('when every try fails, AWSCURRENT stays and AWSPENDING is left', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    bench.disturb = ({ Step }) => {
      if (Step === 'testSecret') throw new Error('refused');
    };
    await bench.rotate();
    await bench.idle();
    expect(await bench.stages()).toEqual({ [T0]: ['AWSCURRENT'], [T1]: ['AWSPENDING'] });
    expect(bench.events.at(-1)).toMatchObject({ event: 'RotationFailed', step: 'testSecret', versionId: T1 });
    expect(JSON.stringify(bench.events)).not.toContain('refused');
  });

  test('with an earlier rotation incomplete it is refused, and the earlier one is tried again', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    bench.disturb = () => Promise.reject(new Error('down'));
    await bench.rotate();
    await bench.idle();
    bench.disturb = () => undefined;
    expect(await errorOf(bench.rotate({ ClientRequestToken: T2 }))).toEqual({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
      status: 400,
    });
    await bench.idle();
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSCURRENT'] });
  });

  test('a function that returns without promoting has not rotated', async () => {
    await bench.start({ invoke: async () => ({ ok: true, payload: null }) });
    await bench.rotate();
    await bench.idle();
    expect(await bench.stages()).toEqual({ [T1]: ['AWSPENDING'] });
    expect(bench.names.at(-1)).toBe('RotationFailed');
  });

  test('a value put by hand overtakes the rotation and stays current', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    bench.disturb = async ({ Step }) => {
      if (Step === 'setSecret') await bench.put(3, 'by hand');
    };
    await bench.rotate();
    await bench.idle();
    expect(bench.steps).toEqual(['createSecret', 'setSecret']);
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T1]: ['AWSPENDING'], [T3]: ['AWSCURRENT'] });
    expect(bench.names.at(-1)).toBe('RotationAbandoned');
  });

  test('a function that takes its AWSPENDING away abandons the rotation', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    bench.disturb = async ({ Step }) => {
      if (Step !== 'setSecret') return;
      const request = { SecretId: NAME, VersionStage: 'AWSPENDING', RemoveFromVersionId: T1 };
      await bench.client.send(new UpdateSecretVersionStageCommand(request));
      throw new Error('stale');
    };
    await bench.rotate();
    await bench.idle();
    expect(bench.steps).toEqual(['createSecret', 'setSecret']);
    expect(bench.names.at(-1)).toBe('RotationAbandoned');
    bench.disturb = () => undefined;
    await bench.rotate({ ClientRequestToken: T2 });
    await bench.idle();
    expect(await bench.stages()).toEqual({ [T0]: ['AWSPREVIOUS'], [T2]: ['AWSCURRENT'] });
  });

  test('without RotateImmediately only testSecret is called, on a version that is gone afterwards', async () => {
    await bench.start();
    await bench.put(0, 'zero');
    let pending: string | undefined;
    bench.disturb = async () => {
      pending = (await bench.client.send(new GetSecretValueCommand({ SecretId: NAME, VersionId: T1 }))).SecretString;
    };
    await bench.rotate({ RotateImmediately: false });
    await bench.idle();
    expect(bench.steps).toEqual(['testSecret']);
    expect(pending).toBe('zero');
    expect(await bench.stages()).toEqual({ [T0]: ['AWSCURRENT'] });
    expect(bench.names).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
  });

  test('is refused without a function', async () => {
    await bench.start();
    const call = bench.client.send(new RotateSecretCommand({ SecretId: NAME, ClientRequestToken: T1 }));
    expect(await errorOf(call)).toMatchObject({
      name: 'InvalidRequestException',
      message: 'No Lambda rotation function ARN is associated with this secret.',
    });
  });

  test('is refused for a function that Secrets Manager has no permission to call', async () => {
    await bench.start({ rotationRefusal: () => 'no permission' });
    expect(await errorOf(bench.rotate())).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    expect((await bench.describeSecret()).RotationEnabled).toBeUndefined();
  });

  test('is refused for rules that Secrets Manager does not take', async () => {
    await bench.start();
    const call = bench.rotate({ RotationRules: { ScheduleExpression: 'rate(1 hour)' } });
    expect(await errorOf(call)).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('4 hours'),
    });
  });
});
