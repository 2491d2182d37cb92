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

/** A file that its owner may run, such as a shell script or a native program. */
export interface ExecutableFile {
  readonly executable: true;
  readonly bytes: Uint8Array;
}

/** Files of a package by name, with `/` between folders. */
export type ZipEntries = ReadonlyMap<string, Uint8Array | ExecutableFile>;

/** A zip file whose bytes depend on the names and contents of its entries, and on which of them are executable, alone. */
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
/** Regular files, modes 0644 and 0755, in the upper half of the external attributes. */
const FILE_ATTRIBUTES = (0o100644 << 16) >>> 0;
const EXECUTABLE_ATTRIBUTES = (0o100755 << 16) >>> 0;
/** Bit of a file mode by which its owner may run it; the others are up to the umask of whoever checked the file out. */
const OWNER_EXECUTES = 0o100;
/** Marks an executable in the length of its name: the hash of a package without one stays what it was. */
const EXECUTABLE_MARK = 0x80000000;
const UNIX = 3;
/** Bytes up to which a package is stored. Lambda takes at most 50 MB directly, so larger ones are compressed. */
const STORE_LIMIT = 8 * 1024 * 1024;

let temporaryFolder: string | undefined;

/**
 * Reads a folder with everything below it. Of a file's mode counts only whether its owner may run it.
 *
 * @throws {Error} when the folder cannot be read or holds something else than files and folders
 */
export function readFolder(folder: string): Map<string, Uint8Array | ExecutableFile> {
  const entries = new Map<string, Uint8Array | ExecutableFile>();
  const visit = (path: string, prefix: string): void => {
    for (const name of readdirSync(path)) {
      const child = join(path, name);
      const stat = statSync(child);
      if (stat.isDirectory()) {
        visit(child, `${prefix}${name}/`);
      } else if (stat.isFile()) {
        const bytes = new Uint8Array(readFileSync(child));
        entries.set(`${prefix}${name}`, (stat.mode & OWNER_EXECUTES) === 0 ? bytes : { executable: true, bytes });
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
 * (64 bits, little endian), name, content. The highest bit of the name's length is set for an executable. Renaming a file,
 * moving a byte across a file boundary and making a file executable each change it.
 */
export function contentHash(entries: ZipEntries): Buffer {
  const hash = createHash('sha256');
  for (const [name, file] of sorted(entries)) {
    const { bytes, executable } = opened(file);
    const nameBytes = Buffer.from(name, 'utf8');
    const lengths = Buffer.alloc(12);
    lengths.writeUInt32LE(nameBytes.length + (executable ? EXECUTABLE_MARK : 0), 0);
    lengths.writeBigUInt64LE(BigInt(bytes.length), 4);
    hash.update(lengths).update(nameBytes).update(bytes);
  }
  return hash.digest();
}

/**
 * Zips the entries: sorted by name, dated 1980-01-01 00:00 in every time zone, mode 0755 for executables and 0644 for all
 * others. Small packages are stored, so that
 * synthesis does not wait for a compressor and the bytes do not depend on one.
 */
export function zipEntries(entries: ZipEntries): Uint8Array {
  const zippable: Zippable = {};
  let size = 0;
  for (const [name, file] of sorted(entries)) {
    const { bytes, executable } = opened(file);
    zippable[name] = [bytes, { attrs: executable ? EXECUTABLE_ATTRIBUTES : FILE_ATTRIBUTES }];
    size += bytes.length;
  }
  // The zip format stores local time, so the date is made from local parts.
  return zipSync(zippable, {
    level: size > STORE_LIMIT ? 9 : 0,
    mtime: new Date(1980, 0, 1),
    os: UNIX,
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
function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function opened(file: Uint8Array | ExecutableFile): { readonly bytes: Uint8Array; readonly executable: boolean } {
  return file instanceof Uint8Array ? { bytes: file, executable: false } : file;
}

function processFolder(): string {
  if (temporaryFolder === undefined) {
    temporaryFolder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
    process.once('exit', removeTemporaryAssets);
  }
  return temporaryFolder;
}
