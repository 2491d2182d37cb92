import { ALL, current, goesOn, names, rotated } from '../support/rows';
import { HOUR } from '../support/world';
import { fillKeyPool } from '../targets/signing-keys';

beforeAll(fillKeyPool);

describe('F13, F14, F16: others write too', () => {
  describe.each(ALL)('F13 a value put by hand between create and finish: %s', (_name, target) => {
    test.each(['createSecret', 'setSecret', 'testSecret'])('after %s', async (after) => {
      const world = await rotated(target());
      const document = world.documentAt('AWSCURRENT');
      const token = world.secret.startRotation(world.newToken());
      for (const step of ['createSecret', 'setSecret', 'testSecret']) {
        expect(await world.step(step, token)).toBeUndefined();
        if (step === after) {
          break;
        }
      }
      const byHand = `by-hand-${'0'.repeat(32)}`;
      world.secret.putByHand(byHand, JSON.stringify(document));
      expect(names([await world.step('finishSecret', token)])).toEqual(['RotationAbandonedError']);
      expect(current(world)).toBe(byHand);
      expect(world.secret.holder('AWSPENDING')).toBeUndefined();
      expect(world.logs.some(({ metrics }) => metrics?.values.RotationsAbandoned !== undefined)).toBe(true);
      await goesOn(world);
    });

    test('even between the last look and the move itself', async () => {
      const world = await rotated(target());
      const document = world.documentAt('AWSCURRENT');
      const token = world.secret.startRotation(world.newToken());
      for (const step of ['createSecret', 'setSecret', 'testSecret']) {
        await world.step(step, token);
      }
      const moveStage = world.secret.moveStage.bind(world.secret);
      const byHand = `by-hand-${'0'.repeat(32)}`;
      world.secret.moveStage = async (move) => {
        if (move.stage === 'AWSCURRENT') {
          world.secret.putByHand(byHand, JSON.stringify(document));
        }
        return moveStage(move);
      };
      expect(names([await world.step('finishSecret', token)])).toEqual(['RotationAbandonedError']);
      expect(current(world)).toBe(byHand);
      world.secret.moveStage = moveStage;
      await goesOn(world);
    });
  });

  test.each(ALL)('F13 a value put by hand at any call of finish is never written over: %s', async (_name, target) => {
    let at = 0;
    for (let count = at; count >= at; ) {
      at += 1;
      const world = await rotated(target());
      const document = world.documentAt('AWSCURRENT');
      const token = world.secret.startRotation(world.newToken());
      for (const step of ['createSecret', 'setSecret', 'testSecret']) {
        await world.step(step, token);
      }
      count = 0;
      const process = world.process(async () => {
        count += 1;
        if (count === at) {
          world.secret.putByHand(`by-hand-${'0'.repeat(32)}`, JSON.stringify(document));
        }
      });
      await world.step('finishSecret', token, process);
      // What a person wrote last is current, whether the promotion came before or not at all.
      expect(current(world)).toMatch(count < at ? token : /^by-hand-/);
      await world.passInterval();
      // Where AWSPENDING is still on the version that was promoted, it is attempted once more and given up.
      await world.rotate();
      await goesOn(world);
    }
    expect(at).toBeGreaterThan(6);
  });

  test.each(ALL)('F14 a second RotateSecret attempts the first again: %s', async (_name, target) => {
    const world = await rotated(target());
    const first = world.secret.startRotation(world.newToken());
    await world.step('createSecret', first);
    await world.step('setSecret', first);
    expect(await world.rotate()).toEqual([]);
    expect(current(world)).toBe(first);
    // Somebody else's token finds no room beside a pending version.
    const pending = world.secret.startRotation(world.newToken());
    expect(names([await world.step('createSecret', world.newToken())])).toEqual(['RotationRefusedError']);
    expect(world.secret.holder('AWSPENDING')).toBe(pending);
  });
});

describe('F15, F16, F17: what is left pending', () => {
  test.each(ALL)('F15 AWSPENDING left behind, empty: %s', async (_name, target) => {
    const world = await rotated(target());
    const token = world.secret.startRotation(world.newToken());
    await world.reap();
    world.pass(2 * HOUR);
    await world.reap();
    expect(world.logs.at(-1)?.fields.problems).toContain('pending left behind');
    expect(await world.rotate()).toEqual([]);
    expect(current(world)).toBe(token);
    await goesOn(world);
  });

  test.each(ALL)('F15 the operator takes a pending version back: %s', async (_name, target) => {
    const world = await rotated(target());
    const token = world.secret.startRotation(world.newToken());
    await world.step('createSecret', token);
    await world.step('setSecret', token);
    expect(await world.send({ action: 'cancel' })).toBeUndefined();
    expect(world.secret.holder('AWSPENDING')).toBeUndefined();
    expect(names([await world.step('setSecret', token)])).toEqual(['RotationAbandonedError']);
    expect(names([await world.send({ action: 'cancel' })])).toEqual(['CommandRefusedError']);
    await goesOn(world);
  });

  test.each(ALL)('F16 AWSPENDING left behind on a version with a stale base: %s', async (_name, target) => {
    const world = await rotated(target());
    const token = world.secret.startRotation(world.newToken());
    await world.step('createSecret', token);
    world.secret.putByHand(`by-hand-${'0'.repeat(32)}`, JSON.stringify(world.documentAt('AWSCURRENT')));
    await world.passInterval();
    const failures = await world.rotate({ attempts: 2 });
    expect(names(failures)).toEqual(['RotationAbandonedError', 'RotationAbandonedError']);
    expect(world.secret.holder('AWSPENDING')).toBeUndefined();
    await goesOn(world);
  });

  describe.each(ALL)('F17 the rotation ends for good: %s', (_name, target) => {
    test.each(['nothing', 'createSecret', 'setSecret', 'testSecret'])('after %s', async (after) => {
      const world = await rotated(target());
      const before = current(world);
      const token = world.secret.startRotation(world.newToken());
      for (const step of ['nothing', 'createSecret', 'setSecret', 'testSecret']) {
        if (step !== 'nothing') {
          expect(await world.step(step, token)).toBeUndefined();
        }
        if (step === after) {
          break;
        }
      }
      await world.passInterval();
      expect(current(world)).toBe(before);
      expect(world.logs.at(-1)?.fields.problems).toContain('pending left behind');
      world.end();
    });
  });
});
