import type { GatewayKeySecret } from '../../../../lambdas/rotation/kinds/gateway-key-target';
import { goesOn, payload, rotated } from '../support/rows';
import { DAY, World } from '../support/world';
import { gatewayTarget } from '../targets/gateway-key';

test('the first rotation adopts the key that the application has', async () => {
  const target = gatewayTarget();
  const world = new World<unknown>(target);
  expect(await world.rotate()).toEqual([]);
  expect(target.keys.size).toBe(1);
  const { keyName, value, planIds } = payload<GatewayKeySecret>(world, 'AWSCURRENT');
  expect({ keyName, planIds }).toEqual({ keyName: 'acme-dev-dashboard', planIds: ['plan1', 'plan2'] });
  expect(value).toBe(target.records.get('application'));
});

test('an application without a key cannot rotate', async () => {
  const target = gatewayTarget();
  target.isRegistered = false;
  const failures = await new World<unknown>(target).rotate({ attempts: 1 });
  expect(failures[0]?.message).toBe('application "dashboard" has no usage key, register it with a tier first');
});

test('K4 an account that is full cannot rotate', async () => {
  const target = gatewayTarget();
  const world = await rotated(target);
  target.count = 9_999;
  const failures = await world.rotate({ attempts: 1 });
  expect(failures[0]?.message).toBe('the account has 10000 API keys, of at most 10000');
  target.count = 9_998;
  await goesOn(world);
});

test('the new key is in every plan of the one before', async () => {
  const target = gatewayTarget();
  const world = await rotated(target);
  await world.rotate();
  const { value } = payload<GatewayKeySecret>(world, 'AWSCURRENT');
  const key = [...target.keys.values()].find((one) => one.value === value);
  expect([...(key?.plans ?? [])].sort()).toEqual(['plan1', 'plan2']);
});

test('the key before is disabled after its last quiet day, and deleted later', async () => {
  const target = gatewayTarget();
  const world = await rotated(target);
  const old = payload<GatewayKeySecret>(world, 'AWSCURRENT').value;
  const state = () => [...target.keys.values()].find((one) => one.value === old)?.enabled;
  await world.rotate();
  world.pass(3600_000);
  await world.reap();
  expect(target.records.get('token1')).not.toBe(old);
  world.pass(DAY);
  await world.reap();
  expect(state()).toBe(true);
  for (let day = 0; day < 2; day++) {
    world.pass(DAY);
    await world.reap();
  }
  expect(state()).toBe(false);
  world.pass(3600_000);
  await world.reap();
  expect(state()).toBeUndefined();
});

test('a record that was written late with the old key is moved before the key is disabled', async () => {
  const target = gatewayTarget();
  const world = await rotated(target);
  const old = target.records.get('application') ?? '';
  await world.rotate();
  world.pass(3600_000);
  await world.reap();
  await world.reap();
  target.records.set('late', old);
  await world.passInterval();
  expect(target.records.get('late')).toBe(payload<GatewayKeySecret>(world, 'AWSCURRENT').value);
  await goesOn(world);
});

test('the time to settle begins when the key is made, not when its value was chosen', async () => {
  const target = gatewayTarget();
  const world = await rotated(target);
  const old = target.records.get('application');
  await world.rotate({ fault: { mode: 'crash-before', at: 1, call: 'gateway.create' }, attempts: 1 });
  world.pass(3600_000);
  await world.rotate();
  await world.reap();
  expect(target.records.get('application')).toBe(old);
  await goesOn(world);
});
