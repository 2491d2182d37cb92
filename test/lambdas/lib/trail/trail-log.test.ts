import { TrailConflictError } from '../../../../lambdas/lib/trail/trail-log';
import { TrailLab } from '../../trail-sealer/support';
import { chain, event, textOf, writer } from './support';

const lab = new TrailLab();
beforeAll(() => lab.start());
afterAll(() => lab.lab.dispose());

test('an entry is stored as the text that its leaf is the hash of, with what it is found by', async () => {
  const [entry] = await lab.append(writer(1), [event(1)]);
  expect(await lab.item(entry as never)).toEqual({
    writer: writer(1),
    seq: 1,
    at: entry?.at,
    month: '2026-03',
    object: 'token#token1',
    team: 'sales',
    hash: entry?.hash,
    entry: textOf(entry),
    unsealed: 'yes',
  });
});

test('the same entry again changes nothing, also after it was sealed', async () => {
  const [entry] = await lab.append(writer(2), [event(2)]);
  await lab.sealer().run();
  const sealed = await lab.item(entry as never);
  await lab.trail.append(entry as never);
  expect(await lab.item(entry as never)).toEqual(sealed);
});

test('another entry at the same place is an error that names both', async () => {
  const [entry] = await lab.append(writer(3), [event(3)]);
  const [other] = chain(writer(3), [event(4)]);
  const append = lab.trail.append(other as never);
  await expect(append).rejects.toThrow(TrailConflictError);
  await expect(append).rejects.toThrow(
    `entry ${writer(3)}-1 of the trail has the hash ${entry?.hash}, another one with the hash ${other?.hash} was to be put there`,
  );
  expect((await lab.item(entry as never))?.hash).toBe(entry?.hash);
});
