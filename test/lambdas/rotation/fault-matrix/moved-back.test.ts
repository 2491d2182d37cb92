import type { PepperPayload } from '../../../../lambdas/lib/pepper';
import type { SecretStatus } from '../../../../lambdas/rotation/commands';
import { ALL, current, goesOn, names, payload, rotated } from '../support/rows';
import { HOUR, type World } from '../support/world';
import { pepperTarget } from '../targets/pepper';
import { fillKeyPool } from '../targets/signing-keys';

beforeAll(fillKeyPool);

/** What somebody does who may change the secret: AWSCURRENT to the version of a generation. */
async function move(world: World<unknown>, generation: number): Promise<string> {
  const [id = ''] =
    [...world.secret.versions.keys()].filter((one) => world.document(one)?.generation === generation) ?? [];
  world.isRollingBack = true;
  settle(world);
  await world.secret.moveStage({ stage: 'AWSCURRENT', from: current(world), to: id });
  world.isRollingBack = false;
  return id;
}

/** Secrets Manager takes AWSPENDING off the version of a rotation that is complete. */
function settle(world: World<unknown>): void {
  for (const { stages } of world.secret.versions.values()) stages.delete('AWSPENDING');
}

const status = async (world: World<unknown>) =>
  (await world.handler(world.process())({ action: 'status' })) as SecretStatus;
const measured = (world: World<unknown>) =>
  world.logs.filter(({ evt }) => evt === 'secret.rotate.check').at(-1)?.metrics?.values.CredentialsMissing?.value;

describe.each(ALL)('AWSCURRENT is moved two generations back by an outsider: %s', (_name, makeTarget) => {
  test('status and the hourly check say so, and nothing is destroyed', async () => {
    const world = await rotated(makeTarget(), 4);
    const good = current(world);
    const before = world.record?.credentials.map(({ id }) => id).sort();
    const id = await move(world, 2);
    for (let hours = 0; hours < 200; hours++) {
      world.time += HOUR;
      await world.reap();
    }
    expect((await status(world)).problems).toContain(
      `AWSCURRENT was moved back to version ${id} (generation 2) from version ${good} (generation 4)`,
    );
    expect(measured(world)).toBeGreaterThan(0);
    expect(world.record?.credentials.map((entry) => entry.id)).toEqual(expect.arrayContaining(before ?? []));
  });

  test('the next rotation makes nothing from it, and goes on when it is moved forward', async () => {
    const world = await rotated(makeTarget(), 4);
    const moved = await move(world, 2);
    world.time += world.target.interval;
    const process = world.process();
    expect(names(await world.rotate({ process, attempts: 1 }))).toEqual(['RotationRefusedError']);
    expect(process.calls).not.toContain('secrets.put');
    expect(current(world)).toBe(moved);
    expect((await status(world)).problems.at(-1)).toMatch(/was given up in createSecret: nothing is made from/);
    await move(world, 4);
    await world.reap();
    expect(measured(world)).toBe(0);
    world.violations.length = 0;
    await world.passInterval();
    expect((await world.rotate()).map(({ message }) => message)).toEqual([]);
    expect(world.documentAt('AWSCURRENT')?.generation).toBe(5);
    expect((await status(world)).problems).toEqual([]);
  });

  test('a rotation that goes on with a label left on the newer version is given up, and destroys nothing', async () => {
    const world = await rotated(makeTarget(), 4);
    await move(world, 2);
    const good = world.secret.holder('AWSPREVIOUS') ?? '';
    world.secret.startRotation(good);
    const before = world.record?.credentials.map(({ id }) => id) ?? [];
    expect(names(await world.rotate({ attempts: 1 }))).toEqual(['RotationAbandonedError']);
    expect(world.record?.credentials.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    expect(world.secret.holder('AWSPREVIOUS')).toBe(good);
  });

  test('a step back by the command, and one of a value put by hand, are no moves', async () => {
    const world = await rotated(makeTarget(), 2);
    await world.rotate();
    world.isRollingBack = true;
    expect(await world.send({ action: 'rollBack' })).toBeUndefined();
    world.isRollingBack = false;
    await world.reap();
    expect(measured(world)).toBe(0);
    await goesOn(world);
  });

  test('an operator may accept it', async () => {
    const world = await rotated(makeTarget(), 4);
    await move(world, 2);
    await world.reap();
    expect(measured(world)).toBeGreaterThan(0);
    expect(await world.send({ action: 'accept' })).toBeUndefined();
    await world.reap();
    expect(measured(world)).toBe(0);
  });
});

describe('peppers that tokens need and the current version lacks', () => {
  /** The pepper of the tokens issued now is in neither of the older documents. */
  async function lacking() {
    const target = pepperTarget();
    const world = await rotated(target, 5);
    const { id } = payload<PepperPayload>(world, 'AWSCURRENT').current;
    return { world, id };
  }

  test('are named with the number of tokens, and where they are', async () => {
    const { world, id } = await lacking();
    const good = current(world);
    await move(world, 2);
    await world.reap();
    const { problems } = await status(world);
    expect(problems).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^pepper ${id} is needed by \\d+ and not in the current version, AWSPREVIOUS has it \\(version ${good}\\)$`,
        ),
      ),
    );
    const line = world.logs.filter(({ evt }) => evt === 'secret.rotate.check').at(-1);
    expect(line).toMatchObject({ level: 'error', fields: { problems: expect.stringContaining(id) } });
  });

  test('are named where a whole document was put by hand that lacks them, and no rotation goes on from it', async () => {
    const { world, id } = await lacking();
    const text = world.secret.textOf('AWSCURRENT') ?? '';
    const document = JSON.parse(text);
    const other = { id: 'p-byhand0001', key: document.payload.current.key };
    const payloadOf = { ...document.payload, current: other };
    settle(world);
    world.secret.putByHand(
      'by-hand-00000000000000000000000000000000',
      JSON.stringify({ ...document, generation: 9, payload: payloadOf }),
    );
    world.time += world.target.interval;
    const [failure] = await world.rotate({ attempts: 1 });
    expect(failure?.message).toContain(`pepper ${id} is needed by`);
  });

  test('accepting names what is lost', async () => {
    const { world, id } = await lacking();
    await move(world, 2);
    const answer = await world.handler(world.process())({ action: 'accept' });
    expect(answer).toMatchObject({ lost: expect.arrayContaining([id]) });
    expect((await status(world)).problems).toEqual([]);
  });
});
