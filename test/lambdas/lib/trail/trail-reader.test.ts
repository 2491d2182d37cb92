import type { TrailPosition, TrailQuery } from '../../../../lambdas/lib/trail/trail-reader';
import { monthOf } from '../../../../lambdas/lib/trail/trail-table';
import { TrailLab } from '../../trail-sealer/support';
import { event, writer } from './support';

const MONTH_MS = 31 * 86_400_000;
const START = Date.parse('2026-03-04T05:06:07Z');
const lab = new TrailLab();

/** One entry a month, back from START, two years apart at the end. */
beforeAll(async () => {
  await lab.start();
  const times = [...Array.from({ length: 6 }, (_, index) => START - index * MONTH_MS), START - 30 * MONTH_MS];
  for (const [index, at] of times.entries()) {
    await lab.append(writer(index), [event(index, { at })]);
  }
});
afterAll(() => lab.lab.dispose());

const EVER = { from: 0, to: START + MONTH_MS };

/** Every entry of a list, page by page. */
async function all(query: TrailQuery, limit: number): Promise<{ writers: string[]; pages: number }> {
  const writers: string[] = [];
  let after: TrailPosition | undefined;
  let pages = 0;
  do {
    const page = await lab.reader.page(query, limit, after);
    writers.push(...page.items.map((item) => item.writer));
    after = page.next;
    pages += 1;
  } while (after !== undefined && pages < 60);
  return { writers, pages };
}

test.each([1, 2, 3, 100])('a list by time has every entry once, newest first, in pages of %d', async (limit) => {
  const { writers } = await all({ from: START - 40 * MONTH_MS, to: EVER.to }, limit);
  expect(writers).toEqual([0, 1, 2, 3, 4, 5, 6].map(writer));
});

test('a page looks into thirteen months at most, so that a gap of years costs no more', async () => {
  const { pages } = await all({ from: START - 40 * MONTH_MS, to: EVER.to }, 100);
  expect(pages).toBe(4);
});

test('a list by team has those of the team', async () => {
  expect((await all({ ...EVER, team: 'search' }, 2)).writers).toEqual([0, 2, 4, 6].map(writer));
});

test('a list by object has those of the object', async () => {
  expect((await all({ ...EVER, object: { kind: 'token', id: 'token1' } }, 1)).writers).toEqual([1, 4].map(writer));
});

test('from and to bound a list, both inclusive', async () => {
  const query = { from: START - 2 * MONTH_MS, to: START - MONTH_MS };
  expect((await all(query, 10)).writers).toEqual([1, 2].map(writer));
  expect(monthOf(query.from)).not.toBe(monthOf(query.to));
});
