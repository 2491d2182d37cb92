import { goesOn, names, rotated } from '../support/rows';
import { World } from '../support/world';
import { clientSecretTarget } from '../targets/client-secret';

const EXISTING = 'canary-existing-secret-0001';

test('a secret that no rotation made is retired where that is wanted', async () => {
  const target = clientSecretTarget({ existing: EXISTING, existingSecret: 'retire' });
  const world = new World<unknown>(target);
  expect(await world.rotate()).toEqual([]);
  expect(target.slots.map(({ secret }) => secret)).toContain(EXISTING);
  await world.passInterval();
  expect(target.slots.map(({ secret }) => secret)).not.toContain(EXISTING);
  await goesOn(world);
});

test('it is kept otherwise, and the next rotation says what is to be done', async () => {
  const target = clientSecretTarget({ existing: EXISTING, existingSecret: 'keep' });
  const world = new World<unknown>(target);
  expect(await world.rotate()).toEqual([]);
  await world.passInterval();
  expect(target.slots.map(({ secret }) => secret)).toContain(EXISTING);
  const failures = await world.rotate({ attempts: 1 });
  expect(failures[0]?.message).toContain('must be deleted by hand, or existingSecret set to "retire"');
  // A person deletes it.
  target.slots.splice(0, 1);
  await goesOn(world);
});

test('O3 secrets are told apart by what is on record, not by the order of a list', async () => {
  const target = clientSecretTarget({ existing: EXISTING });
  const world = new World<unknown>(target);
  await world.rotate({ fault: { mode: 'reply-lost', at: 1, call: 'provider.add' } });
  expect(target.slots).toHaveLength(2);
  expect(target.added).toHaveLength(1);
  const ids = world.record?.credentials.map(({ targetId }) => targetId);
  expect(ids).toEqual(expect.arrayContaining(['by-hand', 'client--1']));
  await goesOn(world);
});

test('O2 when the secret in use is not at the provider nothing is deleted', async () => {
  const target = clientSecretTarget();
  const world = await rotated(target);
  await world.rotate();
  world.pass(world.target.interval);
  const inUse = target.slots.splice(1, 1);
  expect(inUse).toHaveLength(1);
  expect(names([await world.reap()])).toEqual(['ReapRefusedError']);
  expect(target.slots).toHaveLength(1);
});

test('a provider that accepts everything proves nothing', async () => {
  const target = clientSecretTarget();
  const world = await rotated(target);
  target.flaps = Array(60).fill(true);
  const failures = await world.rotate({ attempts: 1 });
  expect(failures[0]?.message).toBe('the provider accepts a secret that nobody added, so nothing is proved');
});

describe('two functions that add one secret at the same time', () => {
  const CALLS = Array.from({ length: 10 }, (_, index) => index + 1);

  test.each(CALLS)(
    'put it on record once, where one of them adds and promotes it before call %i of the other',
    async (call) => {
      const world = await rotated(clientSecretTarget());
      world.pass(world.target.interval);
      const token = world.secret.startRotation(world.newToken());
      await world.step('createSecret', token);
      let calls = 0;
      const slow = world.process(async () => {
        calls += 1;
        if (calls === call) {
          await world.attempt(token, world.process());
        }
      });
      await world.step('setSecret', token, slow);
      const ids = (world.record?.credentials ?? []).flatMap(({ targetId }) => targetId ?? []);
      expect(ids).toEqual([...new Set(ids)]);
      await goesOn(world);
    },
  );
});

test('two names of one secret on record: the reaper forgets the older name, and the secret stays', async () => {
  const target = clientSecretTarget();
  const world = await rotated(target);
  await world.passInterval();
  const { record } = world;
  const [entry] = record?.credentials.filter(({ demotedAt }) => demotedAt === undefined) ?? [];
  const [slot] = target.slots;
  expect(entry?.targetId).toBe(slot?.id);
  const twin = { id: 'existing-0123456789abcdef', targetId: slot?.id ?? '', addedAt: world.time, demotedAt: 1 };
  world.record = record && { ...record, credentials: [...record.credentials, twin] };
  expect(await world.reap()).toBeUndefined();
  expect(target.slots).toEqual([slot]);
  expect(world.record?.credentials.map(({ id }) => id)).not.toContain(twin.id);
  await goesOn(world);
});
