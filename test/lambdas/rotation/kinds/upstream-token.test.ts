import type { UpstreamToken } from '../../../../lambdas/rotation/kinds/upstream-token-target';
import { goesOn, names, payload, postpones, rotated } from '../support/rows';
import { DAY, World } from '../support/world';
import { upstreamTarget } from '../targets/upstream-token';

test('T5 a token that expires before it would be replaced is refused, and taken back', async () => {
  const target = upstreamTarget();
  const world = await rotated(target);
  target.life = world.target.interval + DAY + 7200_000 - 60_000;
  const failures = await world.rotate({ attempts: 1 });
  expect(names(failures)).toEqual(['RotationRefusedError']);
  expect(failures[0]?.message).toContain("the provider's token expires at");
  target.life = undefined;
  await goesOn(world);
  expect(target.tokens.size).toBe(1);
});

test('T5 a token that lives long enough is used', async () => {
  const target = upstreamTarget();
  const world = await rotated(target);
  target.life = 365 * DAY;
  expect(await world.rotate()).toEqual([]);
  expect(payload<UpstreamToken>(world, 'AWSCURRENT').expiresAt).toBeDefined();
  await goesOn(world);
});

test('T3 tokens that others made fill the places: the rotation is refused', async () => {
  const target = upstreamTarget({ maxActive: 2 });
  const world = await rotated(target);
  const label = payload<UpstreamToken>(world, 'AWSCURRENT').label.replace(/.$/, 'x');
  target.tokens.set('strange', { id: 'strange', label, token: 'x', key: 'x', acceptedFrom: 0 });
  const before = world.secret.holder('AWSCURRENT');
  // A token of our name that no version has goes first, when room is needed.
  expect(await world.rotate()).toEqual([]);
  expect(target.tokens.has('strange')).toBe(false);
  expect(world.secret.holder('AWSPREVIOUS')).toBe(before);
});

test('a token of somebody else is never touched', async () => {
  const target = upstreamTarget({ maxActive: 3 });
  const world = await rotated(target);
  target.tokens.set('foreign', { id: 'foreign', label: 'somebody', token: 'x', key: 'x', acceptedFrom: 0 });
  await world.rotate();
  await goesOn(world);
  expect(target.tokens.has('foreign')).toBe(true);
});

test('a provider without a list rotates by what is on record', async () => {
  const target = upstreamTarget({ hasList: false });
  const world = await rotated(target, 3);
  await world.rotate();
  await goesOn(world);
  expect(target.tokens.size).toBe(1);
});

describe('T4 a provider without overlap', () => {
  test.each([true, false])(
    'rotates, and nothing is revoked by hand (the caller chooses: %s)',
    async (clientSupplied) => {
      const target = upstreamTarget({ overlap: 'none', maxActive: 1, clientSupplied });
      const world = await rotated(target, 3);
      await goesOn(world);
      expect(target.tokens.size).toBe(1);
      expect(world.record?.credentials).toHaveLength(1);
    },
  );

  test('a token whose Put never came is found in the second store', async () => {
    const target = upstreamTarget({ overlap: 'none', maxActive: 1 });
    const world = await rotated(target);
    const made = target.made.length;
    await world.rotate({ fault: { mode: 'crash-before', at: 1, call: 'secrets.put' } });
    expect(target.made.length).toBe(made + 1);
    expect(payload<UpstreamToken>(world, 'AWSCURRENT').token).toBe(target.made.at(-1)?.token);
    await goesOn(world);
  });

  test('no promotion is taken back: the token before is gone', async () => {
    const world = await rotated(upstreamTarget({ overlap: 'none', maxActive: 1 }));
    await world.rotate();
    expect(names([await world.send({ action: 'rollBack' })])).toEqual(['CommandRefusedError']);
  });
});

test('break-glass: the token before is revoked without overlap, and makes room for another rotation', async () => {
  const target = upstreamTarget();
  const world = await rotated(target);
  const { label } = payload<UpstreamToken>(world, 'AWSCURRENT');
  await world.rotate();
  await postpones(world);
  expect(await world.send({ action: 'revoke', credential: label })).toBeUndefined();
  expect(target.tokens.size).toBe(1);
  expect(await world.rotate()).toEqual([]);
});

test('revoke knows what it is asked for', async () => {
  const world = new World<unknown>(upstreamTarget());
  await world.rotate();
  expect(names([await world.send({ action: 'revoke' })])).toEqual(['UnknownStepError']);
  expect(names([await world.send({ action: 'revoke', credential: 'other' })])).toEqual(['CommandRefusedError']);
  const { label } = payload<UpstreamToken>(world, 'AWSCURRENT');
  expect(names([await world.send({ action: 'revoke', credential: label })])).toEqual(['CommandRefusedError']);
});
