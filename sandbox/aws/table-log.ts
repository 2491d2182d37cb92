import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { SandboxError } from '../state/error';

/** LevelDB's log format: records with a checksum, a length and a type before them, in blocks, which none crosses. */
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const LAST_TYPE = 4;

/**
 * Looks for damage that LevelDB passes over in silence: without its `CURRENT` file it begins an empty store, and records behind
 * a damaged one of its log are dropped. Half a record at the end is none: its write was never acknowledged.
 *
 * @throws {SandboxError} that names the file
 * @see https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
export function assertIntact(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const data = names.filter((name) => /^(\d+\.(log|ldb|sst)|MANIFEST-\d+)$/.test(name));
  if (data.length > 0 && !names.includes('CURRENT')) {
    throw damaged(folder, 'the file CURRENT is gone');
  }
  for (const name of data.filter((entry) => entry.endsWith('.log'))) {
    const position = firstFault(readFileSync(path.join(folder, name)));
    if (position !== undefined) {
      throw damaged(folder, `${name} at byte ${position}`);
    }
  }
}

/** What is said of a table store that cannot be read. */
export function damaged(folder: string, how: string, cause?: unknown): SandboxError {
  const text = `the table store ${folder} is damaged (${how}), tokens may be lost: restore it or start with --fresh`;
  return new SandboxError(text, { cause });
}

/** Position of the first record that is not as it was written. */
function firstFault(log: Buffer): number | undefined {
  let at = 0;
  while (at + HEADER_BYTES <= log.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    const length = left < HEADER_BYTES ? 0 : log.readUInt16LE(at + 4);
    const type = left < HEADER_BYTES ? 0 : log.readUInt8(at + 6);
    if (left < HEADER_BYTES) {
      at += left;
    } else if (type > LAST_TYPE || type === 0 || HEADER_BYTES + length > left) {
      return at;
    } else if (at + HEADER_BYTES + length > log.length) {
      return undefined;
    } else if (unmask(log.readUInt32LE(at)) !== crc32c(log.subarray(at + 6, at + HEADER_BYTES + length))) {
      return at;
    } else {
      at += HEADER_BYTES + length;
    }
  }
  return undefined;
}

/** Checksums are stored masked, because what is logged may hold checksums itself. */
function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** CRC-32 with Castagnoli's polynomial (RFC 3720, appendix B.4), reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  }
  return rest;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
