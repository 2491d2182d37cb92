import { ALL, current, goesOn, names, postpones, rotated } from '../support/rows';
import { HOUR, SECOND } from '../support/world';
import { pepperTarget } from '../targets/pepper';
import { fillKeyPool } from '../targets/signing-keys';

beforeAll(fillKeyPool);

describe('F18, F19: too early, too often', () => {
  test.each(ALL)('F18 a second rotation too early is postponed before any write: %s', async (_name, target) => {
    const world = await rotated(target());
    expect(await world.rotate()).toEqual([]);
    await postpones(world);
    await goesOn(world);
    expect(world.record?.postponed).toBeUndefined();
  });

  test.each(ALL)('F18 a postponed rotation is made as soon as it may: %s', async (_name, target) => {
    const world = await rotated(target());
    expect(await world.rotate()).toEqual([]);
    await postpones(world);
    const before = current(world);
    // Secrets Manager repeats it a day later, and the day after that.
    for (let days = 0; days < 10 && current(world) === before; days++) {
      for (let hours = 0; hours < 24; hours++) {
        world.pass(HOUR);
        await world.reap();
      }
      expect(await world.rotate({ attempts: 1 })).toEqual([]);
    }
    expect(current(world)).not.toBe(before);
    expect(world.record?.postponed).toBeUndefined();
    world.end();
  });

  test.each(ALL)('F18 a crash at any call of a postponed rotation changes nothing: %s', async (_name, target) => {
    const clean = await rotated(target());
    await clean.rotate();
    const process = clean.process();
    await clean.rotate({ process, attempts: 1 });
    for (let at = 1; at <= process.calls.length; at++) {
      for (const mode of ['crash-before', 'crash-after'] as const) {
        const world = await rotated(target());
        await world.rotate();
        const before = current(world);
        await world.rotate({ fault: { mode, at }, attempts: 3 });
        expect(current(world)).toBe(before);
        expect([undefined, before]).toContain(world.secret.holder('AWSPENDING'));
        expect(world.record?.postponed).toBeDefined();
        await goesOn(world);
      }
    }
  });

  test('F18 the time that comes between two steps changes nothing: the rotation stays postponed', async () => {
    const world = await rotated(pepperTarget());
    await world.rotate();
    const before = current(world);
    const token = world.secret.startRotation(world.newToken());
    expect(await world.step('createSecret', token)).toBeUndefined();
    world.pass((world.record?.postponed?.until ?? 0) - world.time + SECOND);
    for (const step of ['setSecret', 'testSecret', 'finishSecret'])
      expect(await world.step(step, token)).toBeUndefined();
    expect(current(world)).toBe(before);
    expect(world.secret.holder('AWSPENDING')).not.toBe(token);
    await goesOn(world);
  });

  describe.each(ALL)('F19 throttling: %s', (_name, target) => {
    test('at any call it is waited out', async () => {
      const clean = await rotated(target());
      const process = clean.process();
      await clean.rotate({ process });
      for (let at = 1; at <= process.calls.length; at++) {
        const world = await rotated(target());
        expect(await world.rotate({ fault: { mode: 'throttled', at, times: 4 } })).toEqual([]);
        await goesOn(world);
      }
    });

    test('beyond the patience of a step it may be tried again', async () => {
      const world = await rotated(target());
      const before = current(world);
      const failures = await world.rotate({ fault: { mode: 'throttled', at: 3, times: 20 }, attempts: 1 });
      expect(names(failures)).toEqual(['RotationRetryableError']);
      expect(current(world)).toBe(before);
      expect(await world.rotate()).toEqual([]);
      await goesOn(world);
    });
  });
});
