import { TrailChains } from '../../../../lambdas/lib/trail/chains';
import { CHAIN_START, entryHash, type TrailEntry, type TrailEvent } from '../../../../lambdas/lib/trail/trail-entry';

const event = (id: string): TrailEvent => ({
  id,
  at: 1,
  action: 'token.issue',
  actor: 'somebody',
  object: { kind: 'token', id: 't' },
  outcome: 'done',
  reason: undefined,
});

let written: TrailEntry[];
let chains: TrailChains;
beforeEach(() => {
  written = [];
  let writers = 0;
  chains = new TrailChains(() => `writer${++writers}`);
});

const accept = async (entry: TrailEntry) => written.push(entry) > 0;

test('entries of one environment are a chain', async () => {
  await chains.next(event('a'), accept);
  await chains.next(event('b'), accept);
  expect(written).toMatchObject([
    { id: 'a', writer: 'writer1', seq: 1, previous: CHAIN_START },
    { id: 'b', writer: 'writer1', seq: 2, previous: written[0]?.hash },
  ]);
  expect(written.every((entry) => entry.hash === entryHash(entry))).toBe(true);
});

test('a place that a condition refused is taken by the next entry', async () => {
  await expect(chains.next(event('a'), async () => false)).resolves.toBeUndefined();
  await chains.next(event('b'), accept);
  expect(written).toMatchObject([{ id: 'b', writer: 'writer1', seq: 1 }]);
});

test('a chain whose last write failed is never continued: the place may be taken', async () => {
  await chains.next(event('a'), accept);
  await expect(chains.next(event('b'), () => Promise.reject(new Error('timeout')))).rejects.toThrow('timeout');
  await chains.next(event('c'), accept);
  expect(written).toMatchObject([
    { id: 'a', writer: 'writer1', seq: 1 },
    { id: 'c', writer: 'writer2', seq: 1, previous: CHAIN_START },
  ]);
});

test('what runs at the same time is in chains of its own', async () => {
  await Promise.all(['a', 'b', 'c'].map((id) => chains.next(event(id), accept)));
  expect(new Set(written.map(({ writer }) => writer)).size).toBe(3);
  expect(written.every(({ seq }) => seq === 1)).toBe(true);
  await chains.next(event('d'), accept);
  expect(written.at(-1)?.seq).toBe(2);
});

test('members that are absent are neither hashed nor kept', async () => {
  const entry = await chains.next(event('a'), accept);
  expect(entry).not.toHaveProperty('reason');
});
