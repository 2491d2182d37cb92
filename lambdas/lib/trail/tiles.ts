import { HASH_BYTES, MerkleFrontier, type NodeSource, nodeHash } from './merkle';

/**
 * The hashes of a growing Merkle tree, kept in tiles: a tile holds up to 256 hashes of neighbours of one height, and only each eighth
 * height is kept. The nodes between are made of them when a proof is asked for, so a proof reads a handful of tiles at any size.
 *
 * @see https://c2sp.org/tlog-tiles
 */

/** Heights from one level of tiles to the next. */
const HEIGHT = 8;

/** Hashes in a full tile. */
export const TILE_HASHES = 2 ** HEIGHT;

/** A tile, by its level (0 has the leaves) and its number on this level. */
export interface TilePlace {
  readonly level: number;
  readonly index: number;
}

export interface Tile extends TilePlace {
  /** One hash after the other. */
  readonly hashes: Buffer;
}

/** Gives a tile, or `undefined` where there is none. */
export type TileReader = (place: TilePlace) => Promise<Buffer | undefined>;

/** A tree to which leaves were appended. */
export interface GrownTree {
  readonly frontier: MerkleFrontier;
  /** The tiles that have changed, to be written. */
  readonly tiles: readonly Tile[];
}

/**
 * Appends leaves to a tree. What a tile holds beyond the tree's size, from an attempt that did not come to its end, is overwritten.
 *
 * @throws {Error} where a tile lacks hashes that the tree has
 */
export async function appendLeaves(
  size: number,
  edge: readonly Buffer[],
  leaves: readonly Buffer[],
  read: TileReader,
): Promise<GrownTree> {
  const frontier = new MerkleFrontier(size, edge);
  const added: { readonly level: number; readonly index: number; readonly hash: Buffer }[] = [];
  for (const leaf of leaves) {
    frontier.append(leaf, (level, index, hash) => {
      if (level % HEIGHT === 0) {
        added.push({ level: level / HEIGHT, index, hash });
      }
    });
  }
  const tiles = new Map<string, TilePlace & { readonly hashes: Buffer[] }>();
  for (const { level, index, hash } of added) {
    const place = { level, index: Math.floor(index / TILE_HASHES) };
    const key = `${level}/${place.index}`;
    const tile = tiles.get(key) ?? { ...place, hashes: [await known(place, size, read)] };
    tiles.set(key, tile);
    tile.hashes.push(hash);
  }
  return {
    frontier,
    tiles: [...tiles.values()].map((tile) => ({ ...tile, hashes: Buffer.concat(tile.hashes) })),
  };
}

/** What a tile holds of a tree of this size. */
async function known(place: TilePlace, size: number, read: TileReader): Promise<Buffer> {
  const { level, index } = place;
  const onLevel = Math.floor(size / TILE_HASHES ** level);
  const length = Math.min(TILE_HASHES, Math.max(0, onLevel - index * TILE_HASHES)) * HASH_BYTES;
  if (length === 0) {
    return Buffer.alloc(0);
  }
  return cut(place, await read(place), 0, length);
}

/** The nodes of a tree, from its tiles; each tile is read once. */
export function nodesOfTiles(read: TileReader): NodeSource {
  const tiles = new Map<string, Promise<Buffer | undefined>>();
  return async (level, index) => {
    const width = 2 ** (level % HEIGHT);
    const first = index * width;
    const place = { level: Math.floor(level / HEIGHT), index: Math.floor(first / TILE_HASHES) };
    const key = `${place.level}/${place.index}`;
    const tile = tiles.get(key) ?? read(place);
    tiles.set(key, tile);
    const offset = (first % TILE_HASHES) * HASH_BYTES;
    let hashes = hashesOf(cut(place, await tile, offset, offset + width * HASH_BYTES));
    while (hashes.length > 1) {
      hashes = pairsOf(hashes);
    }
    return hashes[0] as Buffer;
  };
}

function cut({ level, index }: TilePlace, tile: Buffer | undefined, from: number, to: number): Buffer {
  if (tile === undefined || tile.length < to) {
    throw new Error(`tile ${level}/${index} of the trail has ${tile?.length ?? 0} bytes, expected at least ${to}`);
  }
  return tile.subarray(from, to);
}

function hashesOf(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

function pairsOf(hashes: readonly Buffer[]): Buffer[] {
  return hashes.flatMap((left, index) => (index % 2 === 0 ? [nodeHash(left, hashes[index + 1] as Buffer)] : []));
}
