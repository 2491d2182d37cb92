import fc from 'fast-check';
import { HASH_BYTES, inclusionPath, leafHash } from '../../../../lambdas/lib/trail/merkle';
import { appendLeaves, nodesOfTiles, type TileReader } from '../../../../lambdas/lib/trail/tiles';
import { treeHash, treePath } from './naive-tree';

const data = (size: number): Buffer[] => Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`));
const hashes = (leaves: readonly Buffer[]): Buffer[] => leaves.map((leaf) => leafHash(leaf));

/** Tiles in memory, appended to in portions. */
class Tiles {
  readonly kept = new Map<string, Buffer>();
  reads = 0;
  size = 0;
  edge: readonly Buffer[] = [];

  readonly read: TileReader = async ({ level, index }) => {
    this.reads += 1;
    return this.kept.get(`${level}/${index}`);
  };

  /** What a writer does, that may stop before it remembers the new size. */
  async append(leaves: readonly Buffer[], isRemembered = true): Promise<Buffer> {
    const { frontier, tiles } = await appendLeaves(this.size, this.edge, hashes(leaves), this.read);
    for (const { level, index, hashes } of tiles) {
      this.kept.set(`${level}/${index}`, hashes);
    }
    if (isRemembered) {
      [this.size, this.edge] = [frontier.size, frontier.edge];
    }
    return frontier.root();
  }
}

test('portions of any size make the tree of the whole list', async () => {
  const portion = fc.integer({ min: 0, max: 90 });
  await fc.assert(
    fc.asyncProperty(fc.array(portion, { minLength: 1, maxLength: 12 }), async (portions) => {
      const tiles = new Tiles();
      let all: Buffer[] = [];
      let root = treeHash([]);
      for (const size of portions) {
        const added = data(all.length + size).slice(all.length);
        all = [...all, ...added];
        root = await tiles.append(added);
      }
      expect(root).toEqual(treeHash(all));
    }),
    { numRuns: 30 },
  );
});

test('a path comes from the tiles alone, also where the last ones are not full', async () => {
  const leaves = data(777);
  const tiles = new Tiles();
  await tiles.append(leaves.slice(0, 300));
  await tiles.append(leaves.slice(300));
  for (const index of [0, 1, 255, 256, 511, 512, 767, 768, 776]) {
    expect(await inclusionPath(index, 777, nodesOfTiles(tiles.read))).toEqual(treePath(index, leaves));
  }
});

test('a path in a tree of an earlier size comes from later tiles too', async () => {
  const leaves = data(600);
  const tiles = new Tiles();
  await tiles.append(leaves);
  const earlier = leaves.slice(0, 301);
  expect(await inclusionPath(300, 301, nodesOfTiles(tiles.read))).toEqual(treePath(300, earlier));
});

test('a path reads each tile once', async () => {
  const tiles = new Tiles();
  await tiles.append(data(1500));
  tiles.reads = 0;
  await inclusionPath(3, 1500, nodesOfTiles(tiles.read));
  // Five full tiles of leaves are in one tile above; the leaf's own and the last one are read besides.
  expect(tiles.reads).toBe(3);
});

test('what an attempt left behind is overwritten by the next one', async () => {
  const tiles = new Tiles();
  const leaves = data(400);
  await tiles.append(leaves.slice(0, 250));
  await tiles.append([Buffer.from('never sealed'), Buffer.from('nor this'), ...leaves.slice(0, 20)], false);
  expect(await tiles.append(leaves.slice(250))).toEqual(treeHash(leaves));
  expect(await inclusionPath(251, 400, nodesOfTiles(tiles.read))).toEqual(treePath(251, leaves));
});

test('a tile that is gone or too short is an error', async () => {
  const tiles = new Tiles();
  await tiles.append(data(10));
  tiles.kept.set('0/0', Buffer.alloc(9 * HASH_BYTES));
  await expect(inclusionPath(2, 10, nodesOfTiles(tiles.read))).rejects.toThrow(
    'tile 0/0 of the trail has 288 bytes, expected at least 320',
  );
  tiles.kept.delete('0/0');
  await expect(tiles.append(data(1))).rejects.toThrow('tile 0/0 of the trail has 0 bytes, expected at least 320');
});
