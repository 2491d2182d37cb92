import { inclusionPath, leafHash, rootOfPath } from '../../../lambdas/lib/trail/merkle';
import { nodesOfTiles } from '../../../lambdas/lib/trail/tiles';
import { entryText } from '../../../lambdas/lib/trail/trail-table';
import { chain, event, writer } from '../lib/trail/support';
import { TrailLab } from './support';

const events = (count: number, from = 0) => Array.from({ length: count }, (_, index) => event(from + index));

let lab: TrailLab;

beforeEach(async () => {
  lab = new TrailLab();
  await lab.start();
});
afterEach(() => lab.lab.dispose());

/** Values of the metrics of the last run. */
const metrics = () => {
  const values = lab.logged.at(-1)?.metrics?.values ?? {};
  return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
};

test('without entries there is no seal', async () => {
  expect(await lab.sealer().run()).toEqual({ outcome: 'done', seals: 0, entries: 0 });
  expect(await lab.reader.latestSeal()).toBeUndefined();
});

test('what was appended gets one seal, and nothing is left over', async () => {
  await lab.append(writer(1), events(3));
  await lab.append(writer(2), events(2, 10));
  expect(await lab.sealer().run()).toEqual({ outcome: 'done', seals: 1, entries: 5 });
  expect(await lab.sealer().run()).toEqual({ outcome: 'done', seals: 0, entries: 0 });
  expect(await lab.verify()).toMatchObject({ findings: [], seals: 1, entries: 5, checkpoint: { size: 5 } });
  expect(metrics()).toEqual({ TrailEntriesSealed: 0, TrailUnsealedAge: 0, TrailDamaged: 0 });
});

test('a later seal goes on from the one before, also within a chain', async () => {
  const whole = chain(writer(1), events(4));
  for (const entry of whole.slice(0, 2)) await lab.trail.append(entry);
  await lab.sealer().run();
  for (const entry of whole.slice(2)) await lab.trail.append(entry);
  await lab.append(writer(2), events(3, 20));
  await lab.sealer().run();
  expect(await lab.verify()).toMatchObject({ findings: [], seals: 2, entries: 7 });
});

test('every entry has the number of its leaf, and tiles and seal prove it', async () => {
  const entries = await lab.append(writer(1), events(5));
  await lab.sealer().run();
  const { seal } = (await lab.reader.latestSeal()) ?? { seal: { size: 0, root: '' } };
  for (const entry of entries) {
    const item = await lab.item(entry);
    expect(item?.unsealed).toBeUndefined();
    const leaf = item?.leaf ?? -1;
    const path = await inclusionPath(
      leaf,
      seal.size,
      nodesOfTiles((place) => lab.reader.tile(place)),
    );
    expect(rootOfPath(leafHash(entryText(entry)), leaf, seal.size, path)?.toString('hex')).toBe(seal.root);
  }
});

test('an entry whose predecessor has not arrived waits for it, and its age is told', async () => {
  const [first, second, third] = chain(writer(1), events(3));
  await lab.trail.append(first as never);
  await lab.trail.append(third as never);
  expect(await lab.sealer().run()).toMatchObject({ entries: 1 });
  expect(metrics()).toMatchObject({ TrailUnsealedAge: (lab.now - (third?.at ?? 0)) / 1000, TrailDamaged: 0 });
  await lab.trail.append(second as never);
  expect(await lab.sealer().run()).toMatchObject({ entries: 2 });
  expect((await lab.verify()).findings).toEqual([]);
});

test.each([
  ['says something else', { entry: '{"writer":"x"}' }],
  ['has another hash', { hash: 'f'.repeat(64) }],
])('an entry that %s before it is sealed is never sealed, and the alarm hears of it', async (_, changes) => {
  const [, second] = await lab.append(writer(1), events(3));
  await lab.append(writer(2), events(1, 9));
  await lab.tamper(second as never, changes);
  expect(await lab.sealer().run()).toMatchObject({ entries: 2 });
  expect(lab.logged.find(({ evt }) => evt === 'trail.damaged')).toMatchObject({
    level: 'error',
    fields: { what: expect.stringContaining(`entry ${writer(1)}-2 `) },
  });
  expect((await lab.verify()).findings).toEqual([]);
});

test('one run at a time: another one ends at once while the lease is held', async () => {
  await lab.append(writer(1), events(1));
  const { table } = lab.ports();
  await table.takeLease('somebody', lab.now, lab.now + 90_000);
  expect(await lab.sealer().run()).toEqual({ outcome: 'busy', seals: 0, entries: 0 });
  lab.now += 90_001;
  expect(await lab.sealer().run()).toMatchObject({ outcome: 'done', entries: 1 });
});

test('runs that the lease did not keep apart make one history', async () => {
  await lab.append(writer(1), events(6));
  const ports = lab.ports();
  const careless = { ...ports, table: { ...ports.table, takeLease: async () => true } };
  const results = await Promise.allSettled([lab.sealer(careless).run(), lab.sealer(careless).run()]);
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  await lab.sealer().run();
  expect(await lab.verify()).toMatchObject({ findings: [], entries: 6 });
});

test('a seal of another history in the bucket stops the sealer', async () => {
  await lab.append(writer(1), events(1));
  await lab.objects.putNew(
    'seals/000000000001.json',
    JSON.stringify({ seal: { version: 1, trail: 'acme-dev', number: 1, size: 9 }, signature: '', leaves: [] }),
    'application/json',
  );
  await expect(lab.sealer().run()).rejects.toThrow('seals/000000000001.json of the bucket seals another tree');
  expect(await lab.reader.latestSeal()).toBeUndefined();
});

test('a table that was put back to an earlier state catches up with the bucket', async () => {
  const whole = await lab.append(writer(1), events(3));
  await lab.sealer().run();
  // As after a restore from before the seal.
  const [seal] = await lab.others('seal');
  await lab.remove({ writer: 'seal', seq: Number(seal?.seq) });
  for (const entry of whole) await lab.tamper(entry, { unsealed: 'yes', leaf: 0 });
  await lab.append(writer(2), events(2, 30));
  await lab.sealer().run();
  expect(await lab.verify()).toMatchObject({ findings: [], seals: 2, entries: 5 });
});
