import { ALL, current, goesOn, names, rotated } from '../support/rows';
import { SECRET_ARN, World } from '../support/world';
import { fillKeyPool } from '../targets/signing-keys';
import { upstreamTarget } from '../targets/upstream-token';

beforeAll(fillKeyPool);

describe('F29, F30, F31: the first value, dry runs, no value', () => {
  test.each(ALL)('F29 without a current version every step runs, and finish promotes: %s', async (_name, target) => {
    const world = new World(target());
    const process = world.process();
    expect(await world.rotate({ process })).toEqual([]);
    expect(current(world)).toBeDefined();
    expect(world.documentAt('AWSCURRENT')?.basedOnVersionId).toBeNull();
    await goesOn(world);
  });

  test.each(ALL)(
    'F29 a first value that is current at once is set and tested all the same: %s',
    async (_name, target) => {
      const world = new World(target());
      world.secret.promotesFirst = true;
      const token = world.secret.startRotation(world.newToken());
      expect(await world.step('createSecret', token)).toBeUndefined();
      expect(current(world)).toBe(token);
      const set = world.process();
      expect(await world.step('setSecret', token, set)).toBeUndefined();
      const proof = world.process();
      expect(await world.step('testSecret', token, proof)).toBeUndefined();
      expect(await world.step('finishSecret', token)).toBeUndefined();
      expect([set.calls, proof.calls].every((calls) => calls.includes('secrets.get'))).toBe(true);
      // Until it is set, what holds for a current version cannot hold: consumers wait for the first rotation to end.
      world.violations.length = 0;
      await goesOn(world);
    },
  );

  describe.each(ALL)('F30 testSecret alone: %s', (_name, target) => {
    const writes = ['secrets.put', 'secrets.moveStage', 'records.write'];

    test('with an unknown token it passes and writes nothing', async () => {
      const world = await rotated(target());
      const process = world.process();
      expect(await world.step('testSecret', world.newToken(), process)).toBeUndefined();
      expect(process.calls.filter((call) => writes.includes(call))).toEqual([]);
    });

    test('with a copy of the current value it passes and writes nothing', async () => {
      const world = await rotated(target());
      const token = world.secret.startRotation(world.newToken());
      await world.secret.put(token, world.secret.textOf('AWSCURRENT') ?? '');
      const process = world.process();
      expect(await world.step('testSecret', token, process)).toBeUndefined();
      expect(process.calls.filter((call) => writes.includes(call))).toEqual([]);
      expect(world.secret.holder('AWSPENDING')).toBe(token);
    });
  });

  test.each(ALL)('F31 finish without a value: %s', async (_name, target) => {
    const world = await rotated(target());
    const before = current(world);
    const token = world.secret.startRotation(world.newToken());
    expect(names([await world.step('finishSecret', token)])).toEqual(['RotationRetryableError']);
    expect(current(world)).toBe(before);
  });
});

describe('F32 events', () => {
  const world = new World<unknown>(upstreamTarget());
  const event = { Step: 'createSecret', SecretId: SECRET_ARN, ClientRequestToken: '0'.repeat(36) };

  test.each([
    [{ ...event, Step: 'create_secret' }, 'UnknownStepError'],
    [{ ...event, Step: undefined }, 'UnknownStepError'],
    [{ ...event, Step: undefined, action: 'destroy' }, 'UnknownStepError'],
    [{ ...event, ClientRequestToken: 'short' }, 'UnknownStepError'],
    [{}, 'UnknownStepError'],
    [{ ...event, SecretId: SECRET_ARN.replace('acme-dev-secret', 'other') }, 'ForeignSecretError'],
    [{ ...event, SecretId: SECRET_ARN.replace('123456789012', '210987654321') }, 'ForeignSecretError'],
    [{ ...event, SecretId: SECRET_ARN.replace('eu-west-1', 'eu-west-2') }, 'ForeignSecretError'],
    [{ ...event, SecretId: SECRET_ARN.replace('-AbCdEf', '-extra-AbCdEf') }, 'ForeignSecretError'],
    [{ ...event, SecretId: 'acme-dev-secret' }, 'ForeignSecretError'],
  ])('%j is refused', async (given, name) => {
    expect(names([await world.send(given)])).toEqual([name]);
    expect(world.secret.versions.size).toBe(0);
  });

  test('a description without RotationEnabled is enough', async () => {
    const described = await new World<unknown>(upstreamTarget()).secret.describe();
    expect(described).not.toHaveProperty('RotationEnabled');
    const other = new World<unknown>(upstreamTarget());
    expect(await other.rotate()).toEqual([]);
  });
});
