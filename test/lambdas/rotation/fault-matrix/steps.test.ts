import type { Fault } from '../support/faults';
import { ALL, current, goesOn, names, rotated } from '../support/rows';
import { SECOND } from '../support/world';
import { fillKeyPool } from '../targets/signing-keys';

beforeAll(fillKeyPool);

describe('F1, F2, F11, F12: crashes and lost answers', () => {
  const rows: readonly [string, Fault][] = [
    ['F1 crash before Put in create', { mode: 'crash-before', at: 1, call: 'secrets.put' }],
    ['F2 Put applied, answer lost', { mode: 'reply-lost', at: 1, call: 'secrets.put' }],
    ['F11 crash before the promotion', { mode: 'crash-before', at: 1, call: 'secrets.moveStage' }],
    ['F12 promotion applied, answer lost', { mode: 'reply-lost', at: 1, call: 'secrets.moveStage' }],
    ['F12 promotion applied, then a crash', { mode: 'crash-after', at: 1, call: 'secrets.moveStage' }],
  ];
  describe.each(rows)('%s', (_row, fault) => {
    test.each(ALL)('%s', async (_name, target) => {
      const world = await rotated(target());
      const before = current(world);
      const values = [...world.secret.versions.values()].filter(({ text }) => text).length;
      await world.rotate({ fault });
      expect(current(world)).not.toBe(before);
      expect(world.secret.holder('AWSPREVIOUS')).toBe(before);
      // G1: one value more, whatever was repeated.
      expect([...world.secret.versions.values()].filter(({ text }) => text)).toHaveLength(values + 1);
      // The retirement of what was current before is planned.
      const dueEntries = world.record?.credentials.filter(({ demotedAt }) => demotedAt !== undefined) ?? [];
      expect(dueEntries.length).toBeGreaterThan(0);
      await goesOn(world);
    });
  });
});

describe('F3, F7, F8: repeated, at the same time, not visible yet', () => {
  test.each(ALL)('F3 two creates at the same time with the same token: %s', async (_name, target) => {
    const world = await rotated(target());
    const token = world.secret.startRotation(world.newToken());
    // The first stops before its Put until the second is through.
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isWaiting = () => {};
    const waiting = new Promise<void>((resolve) => {
      isWaiting = resolve;
    });
    const slow = world.process(async () => {
      if (slow.calls.at(-1) === 'secrets.get' && slow.calls.filter((call) => call === 'secrets.describe').length > 1) {
        isWaiting();
      }
    });
    const put = world.secret.put.bind(world.secret);
    let isFirst = true;
    world.secret.put = async (versionId, text) => {
      if (isFirst) {
        isFirst = false;
        isWaiting();
        await held;
      }
      return put(versionId, text);
    };
    const first = world.step('createSecret', token, slow);
    await waiting;
    const second = await world.step('createSecret', token);
    release();
    expect([await first, second]).toEqual([undefined, undefined]);
    const text = world.secret.versions.get(token)?.text;
    expect(text).toBeDefined();
    expect(await world.attempt(token, world.process())).toBeUndefined();
    expect(world.secret.versions.get(token)?.text).toBe(text);
    expect(current(world)).toBe(token);
    await goesOn(world);
  });

  test.each(ALL)('F7 set twice, and set of what is current: %s', async (_name, target) => {
    const world = await rotated(target());
    const token = world.secret.startRotation(world.newToken());
    expect(await world.step('createSecret', token)).toBeUndefined();
    expect(await world.step('setSecret', token)).toBeUndefined();
    expect(await world.step('setSecret', token)).toBeUndefined();
    expect(await world.attempt(token, world.process())).toBeUndefined();
    const again = world.process();
    expect(await world.step('setSecret', token, again)).toBeUndefined();
    // Not skipped: it looked at more than the labels.
    expect(again.calls).toContain('secrets.get');
    await goesOn(world);
  });

  describe.each(ALL)('F8 a value that is not visible at once: %s', (_name, target) => {
    test.each([200, 1000, 5000])('%i ms later it is found', async (visibilityMs) => {
      const world = await rotated(target());
      world.secret.visibilityMs = visibilityMs;
      expect(await world.rotate()).toEqual([]);
      await goesOn(world);
    });

    test('after too long the step may be tried again', async () => {
      const world = await rotated(target());
      const before = current(world);
      world.secret.visibilityMs = 60 * SECOND;
      const token = world.secret.startRotation(world.newToken());
      expect(await world.step('createSecret', token)).toBeUndefined();
      expect(names([await world.step('setSecret', token)])).toEqual(['RotationRetryableError']);
      expect(current(world)).toBe(before);
      world.pass(60 * SECOND);
      world.secret.visibilityMs = 0;
      expect(await world.attempt(token, world.process())).toBeUndefined();
      await goesOn(world);
    });
  });
});
