import {
  createPepperDocument,
  type PepperPayload,
  parsePepperDocument,
  pepperKeys,
} from '../../../../lambdas/lib/pepper';
import { FakeAwsError } from '../support/fake-secrets';
import { payload } from '../support/rows';
import { World } from '../support/world';
import { everyPepper, pepperTarget } from '../targets/pepper';

/** A pepper as the token service's bootstrap makes it, which no rotation has seen yet. */
async function bootstrapped(): Promise<World<unknown>> {
  const world = new World<unknown>(pepperTarget());
  world.secret.putByHand('by-hand-00000000000000000000000001', createPepperDocument(new Date(world.time)));
  await world.reap();
  return world;
}

test('the first rotation of a pepper from the bootstrap only publishes the next one', async () => {
  const world = await bootstrapped();
  expect(await world.rotate()).toEqual([]);
  const { current, next, retired } = payload<PepperPayload>(world, 'AWSCURRENT');
  expect(current.id).toBe('p1');
  expect(next).not.toBeNull();
  expect(retired).toEqual([]);
  await world.passInterval();
  expect(await world.rotate()).toEqual([]);
  expect(payload<PepperPayload>(world, 'AWSCURRENT').current).toEqual(next);
  await world.passInterval();
  world.end();
});

test('readers of a rotated document find every pepper, writers the current one', async () => {
  const world = await bootstrapped();
  for (let rotation = 0; rotation < 3; rotation++) {
    await world.rotate();
    await world.passInterval();
  }
  const document = parsePepperDocument(world.secret.textOf('AWSCURRENT') ?? '');
  const all = everyPepper(document.payload);
  expect(all.length).toBeGreaterThan(2);
  for (const { id, key } of all) {
    expect(pepperKeys(document).get(id)?.toString('base64url')).toBe(key);
  }
});

test('P4 a retired pepper keeps its key', async () => {
  const world = await bootstrapped();
  await world.rotate();
  await world.passInterval();
  const before = payload<PepperPayload>(world, 'AWSCURRENT').current;
  await world.rotate();
  expect(payload<PepperPayload>(world, 'AWSCURRENT').retired).toEqual([before]);
});

test('P3 when tokens cannot be searched nothing is dropped', async () => {
  const target = pepperTarget();
  const kind = target.kind;
  let isDown = false;
  target.kind = (process, world) => {
    const made = kind(process, world);
    return {
      ...made,
      reap: async (context) => {
        if (isDown) {
          throw new FakeAwsError('InternalServerError');
        }
        return made.reap(context);
      },
    };
  };
  target.isIssuing = false;
  const world = new World(target);
  await world.rotate();
  await world.passInterval();
  isDown = true;
  const first = payload<PepperPayload>(world as World<unknown>, 'AWSCURRENT').current;
  for (let rotation = 0; rotation < 3; rotation++) {
    expect(await world.rotate()).toEqual([]);
    await world.passInterval();
  }
  expect(payload<PepperPayload>(world as World<unknown>, 'AWSCURRENT').retired).toContainEqual(first);
  isDown = false;
  await world.passInterval();
  await world.rotate();
  expect(payload<PepperPayload>(world as World<unknown>, 'AWSCURRENT').retired).not.toContainEqual(first);
});

test('a leaked pepper that was revoked is dropped by the next rotation, whatever needs it', async () => {
  const world = new World<unknown>(pepperTarget());
  await world.rotate();
  await world.passInterval();
  const { id } = payload<PepperPayload>(world, 'AWSCURRENT').current;
  expect((await world.send({ action: 'revoke', credential: id }))?.message).toContain('rotate first');
  await world.rotate();
  expect(await world.send({ action: 'revoke', credential: id })).toBeUndefined();
  await world.passInterval();
  await world.rotate();
  expect(everyPepper(payload<PepperPayload>(world, 'AWSCURRENT')).map((one) => one.id)).not.toContain(id);
});

test('status tells how many tokens need each pepper', async () => {
  const world = new World<unknown>(pepperTarget());
  await world.rotate();
  await world.passInterval();
  const status = await world.handler(world.process())({ action: 'status' });
  const { current } = payload<PepperPayload>(world, 'AWSCURRENT');
  expect(status).toMatchObject({
    secret: 'acme-dev-secret',
    kind: 'pepper',
    generation: 1,
    problems: [],
    credentials: expect.arrayContaining([expect.objectContaining({ id: current.id, state: 'current', inUseBy: 1 })]),
  });
});

test('what a roll-back took from verifiers has to be published anew, and does not come back by itself', async () => {
  const world = new World<unknown>(pepperTarget());
  await world.rotate();
  await world.passInterval();
  const before = world.secret.holder('AWSCURRENT');
  await world.rotate();
  world.isRollingBack = true;
  expect(await world.send({ action: 'rollBack' })).toBeUndefined();
  world.isRollingBack = false;
  expect(world.secret.holder('AWSCURRENT')).toBe(before);
  expect(world.secret.holder('AWSPENDING')).toBeUndefined();
  await world.passInterval();
  expect(await world.rotate()).toEqual([]);
  await world.passInterval();
  expect(await world.rotate()).toEqual([]);
  await world.passInterval();
  world.end();
});
