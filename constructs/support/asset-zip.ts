import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** Files of a package: bytes by name, with `/` between folders. */
export type ZipEntries = ReadonlyMap<string, Uint8Array>;

/** A zip file whose bytes depend on the names and contents of its entries alone. */
export interface AssetZip {
  /** Absolute path of `function.zip`; its folder is removed when the process ends. */
  readonly path: string;
  /** SHA-256 over names, lengths and bytes, in hexadecimal: the same wherever and by whatever compressor the zip is made. */
  readonly hash: string;
  /** The same hash in base64. */
  readonly hashBase64: string;
}

/** Name of the file in the asset; stable, so that a path changes with the content only. */
const ZIP_NAME = 'function.zip';
/** A regular file, mode 0644, in the upper half of the external attributes. */
const FILE_ATTRIBUTES = (0o100644 << 16) >>> 0;
const UNIX = 3;
/** Bytes up to which a package is stored. Lambda takes at most 50 MB directly, so larger ones are compressed. */
const STORE_LIMIT = 8 * 1024 * 1024;

let temporaryFolder: string | undefined;

/**
 * Reads a folder with everything below it.
 *
 * @throws {Error} when the folder cannot be read or holds something else than files and folders
 */
export function readFolder(folder: string): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  const visit = (path: string, prefix: string): void => {
    for (const name of readdirSync(path)) {
      const child = join(path, name);
      const stat = statSync(child);
      if (stat.isDirectory()) {
        visit(child, `${prefix}${name}/`);
      } else if (stat.isFile()) {
        entries.set(`${prefix}${name}`, new Uint8Array(readFileSync(child)));
      } else {
        throw new Error(`${child} is neither a file nor a folder`);
      }
    }
  };
  visit(folder, '');
  return entries;
}

/**
 * SHA-256 over, per entry in the order of the names: length of the name (32 bits, little endian), length of the content
 * (64 bits, little endian), name, content. Renaming a file and moving a byte across a file boundary both change it.
 */
export function contentHash(entries: ZipEntries): Buffer {
  const hash = createHash('sha256');
  for (const [name, bytes] of sorted(entries)) {
    const nameBytes = Buffer.from(name, 'utf8');
    const lengths = Buffer.alloc(12);
    lengths.writeUInt32LE(nameBytes.length, 0);
    lengths.writeBigUInt64LE(BigInt(bytes.length), 4);
    hash.update(lengths).update(nameBytes).update(bytes);
  }
  return hash.digest();
}

/**
 * Zips the entries: sorted by name, dated 1980-01-01 00:00 in every time zone, mode 0644. Small packages are stored, so that
 * synthesis does not wait for a compressor and the bytes do not depend on one.
 */
export function zipEntries(entries: ZipEntries): Uint8Array {
  const zippable: Zippable = {};
  let size = 0;
  for (const [name, bytes] of sorted(entries)) {
    zippable[name] = bytes;
    size += bytes.length;
  }
  // The zip format stores local time, so the date is made from local parts.
  return zipSync(zippable, {
    level: size > STORE_LIMIT ? 9 : 0,
    mtime: new Date(1980, 0, 1),
    os: UNIX,
    attrs: FILE_ATTRIBUTES,
  });
}

/** Writes the zip of the entries into a folder of this process; equal entries share one file. */
export function writeAssetZip(entries: ZipEntries): AssetZip {
  const digest = contentHash(entries);
  const hash = digest.toString('hex');
  const folder = join(processFolder(), hash);
  const path = join(folder, ZIP_NAME);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, zipEntries(entries));
  }
  return { path, hash, hashBase64: digest.toString('base64') };
}

/**
 * Removes the zip files that this process wrote. Runs by itself at the end of the process; a test runner that never ends
 * its process calls it when it has synthesized.
 */
export function removeTemporaryAssets(): void {
  if (temporaryFolder !== undefined) {
    rmSync(temporaryFolder, { recursive: true, force: true });
    temporaryFolder = undefined;
  }
}

/** Order of UTF-16 code units: the same in every locale. */
function sorted(entries: ZipEntries): [string, Uint8Array][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function processFolder(): string {
  if (temporaryFolder === undefined) {
    temporaryFolder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
    process.once('exit', removeTemporaryAssets);
  }
  return temporaryFolder;
}
