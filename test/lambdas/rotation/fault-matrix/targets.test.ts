import type { GatewayKeySecret } from '../../../../lambdas/rotation/kinds/gateway-key-target';
import type { UpstreamToken } from '../../../../lambdas/rotation/kinds/upstream-token-target';
import { CRASH_MODES } from '../support/faults';
import { current, goesOn, names, only, payload, rotated } from '../support/rows';
import { HOUR, SECOND } from '../support/world';
import { type ClientSecretTarget, clientSecretTarget } from '../targets/client-secret';
import { gatewayTarget } from '../targets/gateway-key';
import { fillKeyPool } from '../targets/signing-keys';
import { type UpstreamTarget, upstreamTarget } from '../targets/upstream-token';

beforeAll(fillKeyPool);

describe('F9 and F10: targets that are slow, flap or refuse', () => {
  const slow: readonly [string, () => UpstreamTarget | ClientSecretTarget][] = [
    ['upstream-token', () => upstreamTarget()],
    ['client-secret', () => clientSecretTarget()],
  ];

  test.each(slow)('F9 accepted after some seconds: %s', async (_name, makeTarget) => {
    const world = await rotated(makeTarget());
    world.target.delay = 5 * SECOND;
    const before = current(world);
    const token = world.secret.startRotation(world.newToken());
    await world.step('createSecret', token);
    await world.step('setSecret', token);
    expect(current(world)).toBe(before);
    expect(await world.step('testSecret', token)).toBeUndefined();
    expect(await world.step('finishSecret', token)).toBeUndefined();
    await goesOn(world);
  });

  test.each(slow)('F9 finish alone promotes nothing that is not accepted (G2): %s', async (_name, makeTarget) => {
    const world = await rotated(makeTarget());
    world.target.delay = HOUR;
    const before = current(world);
    const token = world.secret.startRotation(world.newToken());
    await world.step('createSecret', token);
    await world.step('setSecret', token);
    expect(names([await world.step('finishSecret', token)])).toEqual(['RotationRetryableError']);
    expect(current(world)).toBe(before);
  });

  test.each(slow)('F9 one success among failures proves nothing: %s', async (_name, makeTarget) => {
    const world = await rotated(makeTarget());
    world.target.delay = 11 * SECOND;
    const token = world.secret.startRotation(world.newToken());
    await world.step('createSecret', token);
    await world.step('setSecret', token);
    world.target.flaps = [true, false, true, false, true, false, true, false, true, false, true, false, true, false];
    expect(names([await world.step('testSecret', token)])).toEqual(['RotationRetryableError']);
    expect(current(world)).not.toBe(token);
  });

  test.each(slow)(
    'F10 never accepted: the one in use goes on, and nothing is left behind: %s',
    async (_name, makeTarget) => {
      const world = await rotated(makeTarget());
      world.target.delay = Number.POSITIVE_INFINITY;
      const before = current(world);
      const failures = await world.rotate({ attempts: 3 });
      expect(names(failures)).toEqual(Array(3).fill('RotationRetryableError'));
      expect(current(world)).toBe(before);
      expect(world.logs.some(({ metrics }) => metrics?.values.RotationFailures !== undefined)).toBe(true);
      await world.send({ action: 'cancel' });
      await world.passInterval();
      world.target.delay = 0;
      await goesOn(world);
      const left = 'slots' in world.target ? world.target.slots.length : world.target.tokens.size;
      expect(left).toBe(1);
    },
  );

  test('F9 a gateway key that is not honoured yet is named by no record', async () => {
    const world = await rotated(gatewayTarget());
    world.target.delay = 20 * 60_000;
    const before = world.target.records.get('application');
    expect(await world.rotate()).toEqual([]);
    expect(world.target.records.get('application')).toBe(before);
    await world.reap();
    expect(world.target.records.get('application')).toBe(before);
    world.pass(31 * 60_000);
    await world.reap();
    expect(world.target.records.get('application')).not.toBe(before);
    await goesOn(world);
  });

  test.each(only('upstream-token', 'client-secret', 'gateway-key'))(
    'F20 the function times out in the middle of waiting: %s',
    async (_name, makeTarget) => {
      for (const mode of CRASH_MODES) {
        const world = await rotated(makeTarget());
        const call = { 'upstream-token': 'provider.probe', 'client-secret': 'provider.authenticate' }[_name];
        await world.rotate({ fault: { mode, at: 2, call: call ?? 'gateway.plansOf' } });
        await goesOn(world);
      }
    },
  );
});

describe('F4, F5, F6, F26: what crashes leave at targets', () => {
  test.each([false, true])('F4 a token of a crashed attempt (idempotent provider: %s)', async (idempotent) => {
    const world = await rotated(upstreamTarget({ idempotent }));
    const before = world.target.made.length;
    await world.rotate({ fault: { mode: 'crash-after', at: 1, call: 'provider.create' } });
    expect(world.target.tokens.size).toBe(2);
    expect(world.target.made.length - before).toBe(idempotent ? 1 : 2);
    await goesOn(world);
    expect(world.target.tokens.size).toBe(1);
  });

  test('F4 with room for it, the token of a crashed attempt goes once the version has another', async () => {
    const world = await rotated(upstreamTarget({ maxActive: 4 }));
    await world.rotate({ fault: { mode: 'crash-after', at: 1, call: 'provider.create' } });
    expect(world.target.tokens.size).toBe(3);
    await world.reap();
    expect(world.target.tokens.size).toBe(2);
  });

  test('F4 the token of a rotation that nobody repeats goes when it is old', async () => {
    const world = await rotated(upstreamTarget());
    await world.rotate({ fault: { mode: 'crash-after', at: 1, call: 'provider.create' }, attempts: 1 });
    await world.reap();
    expect(world.target.tokens.size).toBe(2);
    await world.send({ action: 'cancel' });
    expect(world.target.tokens.size).toBe(1);
  });

  test('F5 a key that was made and not attached', async () => {
    const world = await rotated(gatewayTarget());
    await world.rotate({ fault: { mode: 'crash-after', at: 1, call: 'gateway.create' } });
    const { keyName } = payload<GatewayKeySecret>(world, 'AWSCURRENT');
    const named = [...world.target.keys.values()].filter(({ name }) => name === keyName);
    expect(named).toHaveLength(1);
    expect(named[0]?.plans.size).toBe(2);
    await goesOn(world);
  });

  test('F6 keys whose names begin alike are not ours', async () => {
    const world = await rotated(gatewayTarget());
    const token = world.secret.startRotation(world.newToken());
    await world.step('createSecret', token);
    const { keyName } = payload<GatewayKeySecret>(world, 'AWSPENDING');
    const other = {
      id: 'other',
      name: `${keyName}-2`,
      value: 'x'.repeat(30),
      enabled: true,
      plans: new Set<string>(),
      usableFrom: 0,
    };
    world.target.keys.set('other', other);
    expect(await world.attempt(token, world.process())).toBeUndefined();
    expect(world.target.keys.get('other')).toEqual(other);
    expect([...world.target.keys.values()].filter(({ name }) => name === keyName)).toHaveLength(1);
  });

  test.each(only('upstream-token', 'client-secret', 'gateway-key'))(
    'F26 a credential that is gone already is no error: %s',
    async (name, makeTarget) => {
      const call =
        { 'upstream-token': 'provider.revoke', 'client-secret': 'provider.remove' }[name] ?? 'gateway.remove';
      const world = await rotated(makeTarget());
      await world.rotate();
      world.pass(world.target.interval);
      const process = world.process();
      process.arm({ mode: 'reply-lost', at: 1, call });
      await world.reap(process);
      await goesOn(world);
    },
  );

  test('F26 a token that was revoked by hand', async () => {
    const world = await rotated(upstreamTarget());
    await world.rotate();
    const previous = payload<UpstreamToken>(world, 'AWSPREVIOUS').tokenId ?? '';
    world.pass(2 * HOUR + 1);
    world.target.tokens.delete(previous);
    expect(await world.reap()).toBeUndefined();
    expect(world.record?.credentials).toHaveLength(1);
    await goesOn(world);
  });
});
