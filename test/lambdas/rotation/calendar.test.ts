import { nextWindow } from '../../../constructs/rotation/schedule';
import { AWKWARD_DATES } from '../../support/dates';
import { ALL, current } from './support/rows';
import { DAY, HOUR, MINUTE, World } from './support/world';
import { clientSecretTarget } from './targets/client-secret';
import { fillKeyPool } from './targets/signing-keys';

const RULES = { scheduleExpression: 'cron(0 3 1 * ? *)' };
const opens = (after: number) => nextWindow(RULES, after).opens;

beforeAll(fillKeyPool);

/** What was counted in the log. */
function counts(world: World<unknown>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { metrics } of world.logs) {
    for (const [name, { value }] of Object.entries(metrics?.values ?? {})) {
      found.set(name, (found.get(name) ?? 0) + value);
    }
  }
  return found;
}

/**
 * What Secrets Manager does in three months: rotates when the window opens, and a day later what came to nothing.
 *
 * @returns how many versions became current
 */
async function threeMonths(world: World<unknown>): Promise<number> {
  let promotions = 0;
  const until = world.time + 95 * DAY;
  let due = opens(world.time);
  while (world.time < until) {
    world.pass(Math.min(12 * HOUR, Math.max(due - world.time, 1)));
    await world.reap();
    if (world.time < due) continue;
    const before = current(world);
    expect((await world.rotate({ attempts: 1 })).map(({ message }) => message)).toEqual([]);
    const isPromoted = current(world) !== before;
    promotions += isPromoted ? 1 : 0;
    due = isPromoted ? opens(world.time) : Math.min(opens(world.time), world.time + DAY);
  }
  return promotions;
}

async function start(world: World<unknown>, at: number): Promise<void> {
  world.time = at;
  Object.assign(world.config, { intervalSeconds: (31 * DAY) / 1000 });
  expect(await world.rotate({ attempts: 1 })).toEqual([]);
}

async function expectThree(world: World<unknown>): Promise<void> {
  expect(await threeMonths(world)).toBeGreaterThanOrEqual(3);
  expect(world.errors).toEqual([]);
  const found = counts(world);
  for (const name of ['RotationFailures', 'RotationsRefused', 'RotationsAbandoned']) {
    expect([name, found.get(name)]).toEqual([name, undefined]);
  }
  expect(found.get('RotationOverdue')).toBe(0);
  world.end();
}

describe.each(AWKWARD_DATES)('a first rotation by hand about %s, then three months by the schedule', (date) => {
  test.each(ALL)('at that moment: nothing fails or is overdue, every month has its rotation: %s', async (_, target) => {
    const world = new World<unknown>(target());
    await start(world, Date.parse(date));
    await expectThree(world);
  });

  test.each([
    ...ALL.filter(([name]) => name === 'signing-keys' || name === 'pepper'),
    ['client-secret beside an older one', () => clientSecretTarget({ existing: 'canary-existing-secret' })] as const,
  ])('minutes before the window: the scheduled one is postponed, and comes: %s', async (_, target) => {
    const world = new World<unknown>(target());
    await start(world, opens(Date.parse(date)) - 10 * MINUTE);
    await expectThree(world);
    expect(counts(world).get('RotationsPostponed')).toBeGreaterThan(0);
  });
});
