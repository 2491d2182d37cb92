import fc from 'fast-check';
import {
  EMPTY_ROOT,
  inclusionPath,
  leafHash,
  MerkleFrontier,
  type NodeSource,
  rootOfPath,
} from '../../../../lambdas/lib/trail/merkle';
import { treeHash, treePath } from './naive-tree';

const data = (size: number): Buffer[] => Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`));

/** Complete nodes by the oracle. */
const nodesOf =
  (leaves: readonly Buffer[]): NodeSource =>
  async (level, index) =>
    treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

function frontierOf(leaves: readonly Buffer[]): MerkleFrontier {
  const frontier = new MerkleFrontier();
  for (const leaf of leaves) {
    frontier.append(leafHash(leaf));
  }
  return frontier;
}

describe('the hash of a tree', () => {
  test('without leaves is that of the empty text', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(new MerkleFrontier().root()).toEqual(treeHash([]));
  });

  test('with one empty leaf is the one that the test vectors of Certificate Transparency give', () => {
    expect(
      frontierOf([Buffer.alloc(0)])
        .root()
        .toString('hex'),
    ).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  test('is that of RFC 9162 for every size up to 130', () => {
    for (let size = 0; size <= 130; size += 1) {
      expect(frontierOf(data(size)).root()).toEqual(treeHash(data(size)));
    }
  });

  test('is the same for a tree that was put away and taken up again at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (before, after) => {
        const leaves = data(before + after);
        const first = frontierOf(leaves.slice(0, before));
        const second = new MerkleFrontier(first.size, first.edge);
        for (const leaf of leaves.slice(before)) {
          second.append(leafHash(leaf));
        }
        expect(second.root()).toEqual(treeHash(leaves));
      }),
    );
  });

  test('tells of every complete node once, with the hash of its leaves', async () => {
    const leaves = data(100);
    const frontier = new MerkleFrontier();
    const told = new Map<string, Buffer>();
    for (const leaf of leaves) {
      frontier.append(leafHash(leaf), (level, index, hash) => {
        expect(told.has(`${level}/${index}`)).toBe(false);
        told.set(`${level}/${index}`, hash);
      });
    }
    for (const [place, hash] of told) {
      const [level = 0, index = 0] = place.split('/').map(Number);
      expect(hash).toEqual(await nodesOf(leaves)(level, index));
    }
    expect(told.size).toBe(100 + 50 + 25 + 12 + 6 + 3 + 1);
  });

  test('is refused an edge that does not fit its size', () => {
    expect(() => new MerkleFrontier(3, [EMPTY_ROOT])).toThrow('a tree of 3 leaves has 2 complete subtrees, got 1');
  });
});

describe('the path of a leaf', () => {
  test('is that of RFC 9162 for every leaf of every tree up to 40', async () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = data(size);
      for (let index = 0; index < size; index += 1) {
        expect(await inclusionPath(index, size, nodesOf(leaves))).toEqual(treePath(index, leaves));
      }
    }
  });

  test('leads to the hash of the tree', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (size, seed) => {
        const leaves = data(size);
        const index = seed % size;
        const root = rootOfPath(leafHash(leaves[index] as Buffer), index, size, treePath(index, leaves));
        expect(root).toEqual(treeHash(leaves));
      }),
    );
  });

  test('leads elsewhere from another leaf or another place, or is refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.nat(), fc.nat(), (size, seed, other) => {
        const leaves = data(size);
        const [index, elsewhere] = [seed % size, other % size];
        fc.pre(index !== elsewhere);
        const path = treePath(index, leaves);
        const root = treeHash(leaves);
        expect(rootOfPath(leafHash(leaves[elsewhere] as Buffer), index, size, path)).not.toEqual(root);
        expect(rootOfPath(leafHash(leaves[index] as Buffer), elsewhere, size, path)).not.toEqual(root);
      }),
    );
  });

  test.each([
    ['too short', 1],
    ['too long', -1],
  ])('that is %s makes no hash', (_, missing) => {
    const leaves = data(11);
    const path = treePath(4, leaves);
    const other = missing > 0 ? path.slice(0, -1) : [...path, EMPTY_ROOT];
    expect(rootOfPath(leafHash(leaves[4] as Buffer), 4, 11, other)).toBeUndefined();
  });

  test('outside of the tree is an error', async () => {
    await expect(inclusionPath(5, 5, nodesOf(data(5)))).rejects.toThrow('leaf 5 is not in a tree of 5 leaves');
    expect(rootOfPath(EMPTY_ROOT, 5, 5, [])).toBeUndefined();
  });
});
