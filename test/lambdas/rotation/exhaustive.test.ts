import { CRASH_MODES, type Fault } from './support/faults';
import { type Target, World } from './support/world';
import { clientSecretTarget } from './targets/client-secret';
import { gatewayTarget } from './targets/gateway-key';
import { pepperTarget } from './targets/pepper';
import { fillKeyPool, signingTarget } from './targets/signing-keys';
import { upstreamTarget } from './targets/upstream-token';

const isLong = process.env.GATEHOUSE_TEST_LONG === '1';

const KINDS: Readonly<Record<string, () => Target<unknown>>> = {
  'signing-keys': () => signingTarget(),
  pepper: () => pepperTarget(),
  'gateway-key': () => gatewayTarget(),
  'upstream-token': () => upstreamTarget(),
  'client-secret': () => clientSecretTarget(),
  'client-secret with one by hand': () => clientSecretTarget({ existing: 'canary-by-hand-0001' }),
  'upstream-token, chosen by the caller': () => upstreamTarget({ clientSupplied: true }),
  ...(isLong && {
    'upstream-token, idempotent': () => upstreamTarget({ idempotent: true }),
    'upstream-token, three at a time': () => upstreamTarget({ maxActive: 3 }),
  }),
};

/** Rotations before the one with the fault: it is the first, the one that makes the first overlap, or any later. */
const HISTORIES = isLong ? [0, 1, 3] : [0, 2];

jest.setTimeout(isLong ? 3_600_000 : 300_000);

let runs = 0;

beforeAll(fillKeyPool);
afterAll(() => {
  console.info(`rotation, exhaustive faults: ${runs} runs`);
});

async function prepared(target: Target<unknown>, rotations: number): Promise<World<unknown>> {
  const world = new World(target);
  for (let rotation = 0; rotation < rotations; rotation++) {
    expect(await world.rotate()).toEqual([]);
    await world.passInterval();
  }
  return world;
}

/** Whatever happened before: two rotations later all is as if it had not. */
async function recovers(world: World<unknown>): Promise<void> {
  runs += 1;
  for (let rotation = 0; rotation < 2; rotation++) {
    await world.passInterval();
    const failures = await world.rotate({ attempts: 6 });
    expect(failures.map(({ message }) => message)).toEqual([]);
  }
  await world.passInterval();
  world.end();
}

describe.each(Object.entries(KINDS))('%s', (_name, makeTarget) => {
  test.each(HISTORIES)('survives a fault at each call of a rotation after %i others', async (history) => {
    const clean = await prepared(makeTarget(), history);
    const healthy = clean.process();
    expect(await clean.rotate({ process: healthy })).toEqual([]);
    const calls = healthy.calls.length;
    await recovers(clean);
    for (let at = 1; at <= calls; at++) {
      for (const mode of CRASH_MODES) {
        const world = await prepared(makeTarget(), history);
        const before = world.secret.holder('AWSCURRENT');
        const faulty = world.process();
        const failures = await world.rotate({ fault: { mode, at }, process: faulty });
        expect({ at, mode, last: failures.length > 3 ? failures.at(-1)?.message : 'promoted' }).toEqual({
          at,
          mode,
          last: 'promoted',
        });
        expect(world.secret.holder('AWSCURRENT')).not.toBe(before);
        await recovers(world);
      }
    }
  });

  test('survives a rotation that is never retried, at each call', async () => {
    const clean = await prepared(makeTarget(), 2);
    const healthy = clean.process();
    await clean.rotate({ process: healthy });
    for (let at = 1; at <= healthy.calls.length; at++) {
      for (const mode of CRASH_MODES) {
        const world = await prepared(makeTarget(), 2);
        await world.rotate({ fault: { mode, at }, attempts: 1 });
        await recovers(world);
      }
    }
  });

  test('survives a fault at each call of the reaper', async () => {
    const overdue = async (fault: Fault | undefined) => {
      const world = await prepared(makeTarget(), 2);
      await world.rotate();
      world.pass(world.target.interval - 1);
      const faulty = world.process();
      faulty.arm(fault);
      await world.reap(faulty);
      return { world, calls: faulty.calls.length };
    };
    const { calls } = await overdue(undefined);
    for (let at = 1; at <= calls; at++) {
      for (const mode of CRASH_MODES) {
        const { world } = await overdue({ mode, at });
        await recovers(world);
      }
    }
  });
});
