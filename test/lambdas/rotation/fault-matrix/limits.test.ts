import { ALL, current, goesOn, names, rotated } from '../support/rows';
import { fillKeyPool } from '../targets/signing-keys';

beforeAll(fillKeyPool);

describe('F18, F19: too early, too often', () => {
  test.each(ALL)('F18 a second rotation too early is refused before any write: %s', async (_name, target) => {
    const world = await rotated(target());
    expect(await world.rotate()).toEqual([]);
    const before = current(world);
    const process = world.process();
    const failures = await world.rotate({ process, attempts: 1 });
    expect(names(failures)).toEqual(['RotationRefusedError']);
    expect(process.calls).not.toContain('secrets.put');
    expect(current(world)).toBe(before);
    expect([undefined, before]).toContain(world.secret.holder('AWSPENDING'));
    expect(world.logs.some(({ metrics }) => metrics?.values.RotationsRefused !== undefined)).toBe(true);
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
