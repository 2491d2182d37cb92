import { createHash } from 'node:crypto';

/**
 * A Merkle tree as RFC 9162 (2.1) has it: leaves and nodes are hashed with different first bytes, so that neither can be taken for
 * the other, and a list of any length has one tree.
 */

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Length of every hash, in bytes. */
export const HASH_BYTES = 32;

/** Hash of the tree without leaves. */
export const EMPTY_ROOT: Buffer = createHash('sha256').digest();

/** Hash of one leaf, RFC 9162, 2.1.1. */
export function leafHash(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** Hash of the node above two others, RFC 9162, 2.1.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** Tells of each subtree that is complete: its height above the leaves, its number among those of this height, its hash. */
export type CompleteNode = (level: number, index: number, hash: Buffer) => void;

/**
 * The right edge of a tree that grows: the hashes of its complete subtrees, the largest first. That is all it takes to append to a
 * tree of any size.
 */
export class MerkleFrontier {
  private readonly hashes: Buffer[];

  /**
   * @param size leaves so far
   * @param hashes hashes of the complete subtrees, the largest first; as many as `size` has ones in binary
   * @throws {Error} for another number of hashes
   */
  constructor(
    private leaves = 0,
    hashes: readonly Buffer[] = [],
  ) {
    if (hashes.length !== onesOf(leaves)) {
      throw new Error(`a tree of ${leaves} leaves has ${onesOf(leaves)} complete subtrees, got ${hashes.length}`);
    }
    this.hashes = [...hashes];
  }

  get size(): number {
    return this.leaves;
  }

  /** Hashes of the complete subtrees, the largest first. */
  get edge(): readonly Buffer[] {
    return this.hashes;
  }

  /** Appends a leaf by its hash. `completed` is told of the leaf and of each node that it completes, from the leaf upwards. */
  append(leaf: Buffer, completed: CompleteNode = () => undefined): void {
    let hash = leaf;
    let index = this.leaves;
    let level = 0;
    completed(level, index, hash);
    for (; index % 2 === 1; level += 1) {
      hash = nodeHash(this.hashes.pop() as Buffer, hash);
      index = (index - 1) / 2;
      completed(level + 1, index, hash);
    }
    this.hashes.push(hash);
    this.leaves += 1;
  }

  /** Hash of the whole tree. */
  root(): Buffer {
    return this.hashes.length === 0 ? EMPTY_ROOT : this.hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Gives the hash of a complete subtree, by its height above the leaves and its number among those of this height. */
export type NodeSource = (level: number, index: number) => Promise<Buffer>;

/**
 * The path that shows a leaf to be in a tree, from the leaf upwards: PATH of RFC 9162, 2.1.3.1.
 *
 * @throws {Error} for an index outside of the tree
 */
export async function inclusionPath(index: number, size: number, node: NodeSource): Promise<Buffer[]> {
  assertWithin(index, size);
  return pathWithin(index, 0, size, node);
}

async function pathWithin(index: number, start: number, size: number, node: NodeSource): Promise<Buffer[]> {
  if (size === 1) {
    return [];
  }
  const split = splitOf(size);
  return index < split
    ? [...(await pathWithin(index, start, split, node)), await subtree(start + split, size - split, node)]
    : [...(await pathWithin(index - split, start + split, size - split, node)), await subtree(start, split, node)];
}

async function subtree(start: number, size: number, node: NodeSource): Promise<Buffer> {
  const split = splitOf(size);
  if (size === 1 || split * 2 === size) {
    return node(Math.log2(size), start / size);
  }
  return nodeHash(await subtree(start, split, node), await subtree(start + split, size - split, node));
}

/**
 * The hash of the tree that a leaf and its path make: RFC 9162, 2.1.3.2. The leaf is in the tree if that is the tree's hash.
 *
 * @returns undefined where the path is too long or too short for a leaf at this place
 */
export function rootOfPath(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | undefined {
  if (!isWithin(index, size)) {
    return undefined;
  }
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) {
      return undefined;
    }
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        [node, last] = [half(node), half(last)];
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? hash : undefined;
}

/** The largest power of two below `size`; 1 for 1. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) {
    split *= 2;
  }
  return split;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function onesOf(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = half(rest)) {
    count += rest % 2;
  }
  return count;
}

function isWithin(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function assertWithin(index: number, size: number): void {
  if (!isWithin(index, size)) {
    throw new Error(`leaf ${index} is not in a tree of ${size} leaves`);
  }
}
