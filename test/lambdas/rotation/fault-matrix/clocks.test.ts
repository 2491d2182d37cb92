import type { PepperPayload } from '../../../../lambdas/lib/pepper';
import { rollBackWindowSeconds } from '../../../../lambdas/lib/rotation-timing';
import type { SigningKeys } from '../../../../lambdas/lib/signing-keys';
import { ALL, current, goesOn, names, only, payload, postpones, rotated } from '../support/rows';
import { DAY, HOUR, SECOND, type Target } from '../support/world';
import { PEPPER, type PepperTarget, pepperTarget } from '../targets/pepper';
import { fillKeyPool, SIGNING, signingTarget } from '../targets/signing-keys';

beforeAll(fillKeyPool);

describe('clocks and roll-back', () => {
  const slotless: readonly [string, () => Target<unknown>][] = only('signing-keys', 'pepper');

  describe.each(slotless)('F27 %s', (_name, makeTarget) => {
    test.each([-59, 59])('a function whose clock is wrong by %i s in every second rotation', async (skew) => {
      const world = await rotated(makeTarget(), 1);
      for (let rotation = 0; rotation < 5; rotation++) {
        world.skew = rotation % 2 === 0 ? skew * SECOND : 0;
        expect(await world.rotate()).toEqual([]);
        await world.passInterval();
      }
      world.end();
    });

    test('a clock that jumps back retires nothing early', async () => {
      const world = await rotated(makeTarget());
      await world.rotate();
      const before = world.record?.credentials.map(({ id }) => id);
      world.skew = -30 * DAY;
      await world.reap();
      expect(world.record?.credentials.map(({ id }) => id)).toEqual(before);
      await postpones(world);
      world.skew = 0;
      await goesOn(world);
    });
  });

  describe.each(slotless)('F28 one step back: %s', (name, makeTarget) => {
    const windowMs = (name === 'pepper' ? PEPPER.rollBackSeconds : rollBackWindowSeconds(SIGNING)) * 1000;

    test('inside the window, tokens issued before and after still verify', async () => {
      const world = await rotated(makeTarget());
      const before = current(world);
      await world.rotate();
      world.pass(windowMs - 60 * SECOND);
      world.isRollingBack = true;
      expect(await world.send({ action: 'rollBack' })).toBeUndefined();
      world.isRollingBack = false;
      expect(current(world)).toBe(before);
      await world.passInterval();
      await goesOn(world);
    });

    test('outside the window it is refused', async () => {
      const world = await rotated(makeTarget());
      await world.rotate();
      const after = current(world);
      world.pass(windowMs + 60 * SECOND);
      expect(names([await world.send({ action: 'rollBack' })])).toEqual(['CommandRefusedError']);
      expect(current(world)).toBe(after);
    });
  });

  test.each(only('gateway-key', 'upstream-token', 'client-secret'))(
    'F28 the credential before may take over while it is accepted: %s',
    async (_name, makeTarget) => {
      const world = await rotated(makeTarget());
      const before = current(world);
      await world.rotate();
      world.pass(HOUR);
      await world.reap();
      world.isRollingBack = true;
      expect(await world.send({ action: 'rollBack' })).toBeUndefined();
      world.isRollingBack = false;
      expect(current(world)).toBe(before);
      await world.reap();
      await goesOn(world);
    },
  );

  test.each(only('gateway-key', 'upstream-token', 'client-secret'))(
    'F28 a credential that is gone cannot: %s',
    async (_name, makeTarget) => {
      const world = await rotated(makeTarget());
      await world.rotate();
      await world.passInterval();
      expect(names([await world.send({ action: 'rollBack' })])).toEqual(['CommandRefusedError']);
    },
  );

  test('F33 keys are there until the last token has expired', async () => {
    const world = await rotated(signingTarget({ ...SIGNING, rollBackSeconds: 0 }));
    const old = payload<SigningKeys>(world, 'AWSCURRENT').current.kid;
    await world.rotate();
    const demotedAt = world.record?.credentials.find(({ id }) => id === old)?.demotedAt ?? 0;
    const retireMs = (SIGNING.writerCacheSeconds + SIGNING.maxTokenLifetimeSeconds + SIGNING.skewSeconds) * SECOND;
    world.time = demotedAt + retireMs - 1000;
    await world.reap();
    expect(world.record?.credentials.find(({ id }) => id === old)?.publicJwk).toBeDefined();
    world.time = demotedAt + retireMs;
    await world.reap();
    expect(world.record?.credentials.find(({ id }) => id === old)?.publicJwk).toBeUndefined();
  });

  test('F33 a pepper is there while one token needs it, and is dropped by the rotation after', async () => {
    const target: PepperTarget = pepperTarget();
    const world = await rotated(target);
    const old = payload<PepperPayload>(world, 'AWSCURRENT').current.id;
    const inDocument = () => payload<PepperPayload>(world, 'AWSCURRENT').retired.some(({ id }) => id === old);
    await world.rotate();
    while (world.time < (target.issued.get(old)?.expires ?? 0)) {
      await world.passInterval();
      expect(inDocument()).toBe(true);
      await world.rotate();
    }
    await world.passInterval();
    await world.rotate();
    await world.passInterval();
    await world.rotate();
    expect(inDocument()).toBe(false);
    world.end();
  });

  test.each(ALL)('F37 finish comes a day later than create: %s', async (_name, makeTarget) => {
    const world = await rotated(makeTarget());
    const token = world.secret.startRotation(world.newToken());
    for (const step of ['createSecret', 'setSecret', 'testSecret']) {
      expect(await world.step(step, token)).toBeUndefined();
    }
    for (let hour = 0; hour < 30; hour++) {
      world.pass(HOUR);
      await world.reap();
    }
    expect(await world.attempt(token, world.process())).toBeUndefined();
    expect(current(world)).toBe(token);
    await goesOn(world);
  });
});
