import fc from 'fast-check';
import type { FaultMode } from './support/faults';
import { DAY, HOUR, SECOND, type Target, World } from './support/world';
import { clientSecretTarget } from './targets/client-secret';
import { gatewayTarget } from './targets/gateway-key';
import { pepperTarget } from './targets/pepper';
import { fillKeyPool, signingTarget } from './targets/signing-keys';
import { upstreamTarget } from './targets/upstream-token';

const isLong = process.env.GATEHOUSE_TEST_LONG === '1';
const numRuns = isLong ? 3000 : 40;

jest.setTimeout(isLong ? 3_600_000 : 120_000);

let runs = 0;

beforeAll(fillKeyPool);
afterAll(() => {
  console.info(`rotation, interleavings and histories: ${runs} runs`);
});

const KINDS: readonly [string, () => Target<unknown>][] = [
  ['signing-keys', () => signingTarget()],
  ['pepper', () => pepperTarget()],
  ['gateway-key', () => gatewayTarget()],
  // Two creators of one version that fight for the last place: a pending token may be revoked, and is then given up.
  ['upstream-token', () => upstreamTarget({ mayLosePending: true })],
  ['upstream-token, three at a time', () => upstreamTarget({ maxActive: 3 })],
  ['client-secret', () => clientSecretTarget()],
];

type Action =
  | {
      readonly do: 'rotate';
      readonly attempts: number;
      readonly fault?: { readonly mode: FaultMode; readonly at: number };
    }
  | { readonly do: 'reap'; readonly fault?: { readonly mode: FaultMode; readonly at: number } }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'put by hand' | 'cancel' | 'roll back' | 'delay values' };

const fault = fc.option(
  fc.record({
    mode: fc.constantFrom<FaultMode>('crash-before', 'crash-after', 'reply-lost', 'throttled'),
    at: fc.integer({ min: 1, max: 45 }),
  }),
  { nil: undefined },
);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { do: fc.constant('rotate' as const), attempts: fc.integer({ min: 1, max: 4 }), fault },
      { requiredKeys: ['do', 'attempts'] },
    ),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reap' as const), fault }, { requiredKeys: ['do'] }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(SECOND, 60 * SECOND, HOUR, 3 * HOUR, DAY, 6 * DAY),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('put by hand', 'cancel', 'roll back', 'delay values') }) },
) as fc.Arbitrary<Action>;

async function perform(world: World<unknown>, one: Action): Promise<void> {
  switch (one.do) {
    case 'rotate':
      await world.rotate({ attempts: one.attempts, ...(one.fault && { fault: one.fault }) });
      break;
    case 'reap': {
      const process = world.process();
      process.arm(one.fault);
      await world.reap(process);
      break;
    }
    case 'pass':
      world.pass(one.ms);
      break;
    case 'put by hand': {
      const text = world.secret.textOf('AWSCURRENT');
      if (text !== undefined) {
        world.secret.putByHand(`by-hand-${world.newToken()}`, text);
      }
      break;
    }
    case 'cancel':
      await world.send({ action: 'cancel' });
      break;
    case 'roll back':
      world.isRollingBack = true;
      await world.send({ action: 'rollBack' });
      world.isRollingBack = false;
      break;
    case 'delay values':
      world.secret.visibilityMs = world.secret.visibilityMs === 0 ? 3 * SECOND : 0;
      break;
  }
}

/** However it went: once nothing goes wrong any more, a rotation succeeds within a few tries and nothing is left over. */
async function settles(world: World<unknown>): Promise<void> {
  runs += 1;
  world.secret.visibilityMs = 0;
  await world.passInterval();
  await world.send({ action: 'cancel' });
  for (let rotation = 0; rotation < 3; rotation++) {
    await world.passInterval();
    await world.rotate({ attempts: 6 });
  }
  await world.passInterval();
  expect((await world.rotate({ attempts: 6 })).map(({ message }) => message)).toEqual([]);
  await world.passInterval();
  await world.passInterval();
  world.end();
  const left = world.record?.credentials.filter(({ promotedAt }) => promotedAt === undefined) ?? [];
  // Only what comes next was never current.
  expect(left.length).toBeLessThanOrEqual(1);
}

describe.each(KINDS)('%s', (_name, makeTarget) => {
  test('any history of rotations, faults, reapers and people', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 14 }), async (actions) => {
        const world = new World<unknown>(makeTarget());
        await world.rotate();
        for (const one of actions) {
          await perform(world, one);
        }
        await settles(world);
      }),
      { numRuns },
    );
  });

  test('two functions and the reaper in any order of their calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.constantFrom(0, HOUR, 12 * HOUR), async (scheduler, age) => {
        const world = new World<unknown>(makeTarget());
        await world.rotate();
        await world.passInterval();
        await world.rotate();
        world.pass(world.target.interval + age);
        const gate = () => scheduler.schedule(Promise.resolve());
        const token = world.secret.startRotation(world.newToken());
        const all = Promise.all([
          world.attempt(token, world.process(gate)),
          world.attempt(token, world.process(gate)),
          world.reap(world.process(gate)),
        ]);
        await scheduler.waitFor(all);
        await settles(world);
      }),
      { numRuns },
    );
  });
});
