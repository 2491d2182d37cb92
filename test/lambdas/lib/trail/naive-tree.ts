import { createHash } from 'node:crypto';

/** RFC 9162, word for word and slow: the oracle of the tree's tests. It shares no code with the kit. */

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH(D_n), 2.1.1. */
export function treeHash(data: readonly Buffer[]): Buffer {
  const [only] = data;
  if (only === undefined) {
    return sha256();
  }
  if (data.length === 1) {
    return sha256(Buffer.from([0x00]), only);
  }
  const k = largestPowerOfTwoBelow(data.length);
  return sha256(Buffer.from([0x01]), treeHash(data.slice(0, k)), treeHash(data.slice(k)));
}

/** PATH(m, D_n), 2.1.3.1. */
export function treePath(m: number, data: readonly Buffer[]): Buffer[] {
  if (data.length === 1) {
    return [];
  }
  const k = largestPowerOfTwoBelow(data.length);
  return m < k
    ? [...treePath(m, data.slice(0, k)), treeHash(data.slice(k))]
    : [...treePath(m - k, data.slice(k)), treeHash(data.slice(0, k))];
}

function largestPowerOfTwoBelow(n: number): number {
  return 1 << (31 - Math.clz32(n - 1));
}
