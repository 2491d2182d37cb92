import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { unzipSync } from 'fflate';

/** Unzipped size that Lambda accepts, in bytes (AWS Lambda quotas: 250 MB). */
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

export interface UnpackOptions {
  readonly name: string;
  readonly zipFile: string;
  readonly stateDir: string;
}

/**
 * Unzips a function's package into `<stateDir>/functions/<name>-<sha256 prefix>/` and returns that folder. A folder that
 * exists is compared with the package, file by file; one that differs is deleted, and made anew.
 *
 * @throws Error when the package cannot be read, is no zip, is too large, or has an entry that would land outside.
 */
export async function unpackFunction(options: UnpackOptions): Promise<string> {
  const zip = await readFile(options.zipFile);
  const digest = createHash('sha256').update(zip).digest('hex').slice(0, 16);
  const functions = path.join(options.stateDir, 'functions');
  const target = path.join(functions, `${safeSegment(options.name)}-${digest}`);
  const entries = unzip(zip, options.zipFile);
  if (await holds(target, entries)) {
    return target;
  }
  await rm(target, { recursive: true, force: true });
  const modes = unixModes(zip);
  await mkdir(functions, { recursive: true, mode: 0o700 });
  // Ends the look-up of the nearest package.json here, so that a "type" of the surrounding project has no effect.
  await writeFile(path.join(functions, 'package.json'), '{}\n');
  const temporary = path.join(functions, `.unpack-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(temporary);
    for (const [name, bytes] of entries) {
      const file = path.join(temporary, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes, { mode: ((modes.get(name) ?? 0) & 0o100) === 0 ? 0o644 : 0o755 });
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another invocation won the race and put the same bytes there.
    if (!(await holds(target, entries))) {
      throw error;
    }
  }
  return target;
}

function unzip(zip: Uint8Array, source: string): [string, Uint8Array][] {
  let total = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        assertInside(name);
        total += originalSize;
        if (total > MAX_UNZIPPED_BYTES) {
          throw new Error(`unzipped size is above ${MAX_UNZIPPED_BYTES} bytes`);
        }
        return !name.endsWith('/');
      },
    });
  } catch (error) {
    throw new Error(`cannot unzip ${source}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return Object.entries(files);
}

/** Modes of the entries that a Unix system wrote, from the central directory (APPNOTE 4.4.2, 4.4.15): fflate does not tell them. */
function unixModes(zip: Buffer): Map<string, number> {
  const modes = new Map<string, number>();
  const end = zip.lastIndexOf('PK\u0005\u0006');
  if (end < 0) {
    return modes;
  }
  let at = zip.readUInt32LE(end + 16);
  while (at + 46 <= zip.length && zip.toString('latin1', at, at + 4) === 'PK\u0001\u0002') {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const start = at + 46;
    const isUnix = zip.readUInt8(at + 5) === 3;
    if (isUnix) {
      modes.set(zip.toString('utf8', start, start + (name ?? 0)), zip.readUInt32LE(at + 38) >>> 16);
    }
    at = start + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return modes;
}

/** Refuses what a zip entry could use to leave its folder ("zip slip"), on every platform's rules. */
function assertInside(name: string): void {
  const segments = name.split('/');
  const escapes = segments.some((segment) => segment === '..' || segment === '.') || /[\\:\0]/.test(name);
  if (name === '' || name.startsWith('/') || escapes) {
    throw new Error(`entry ${JSON.stringify(name)} is no path inside the package`);
  }
}

function safeSegment(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,140}$/.test(name)) {
    throw new Error(`function name ${JSON.stringify(name)} must be 1 to 140 letters, digits, "-" or "_"`);
  }
  return name;
}

/** Whether a folder holds exactly these files. */
async function holds(folder: string, entries: readonly [string, Uint8Array][]): Promise<boolean> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  if (files.filter((file) => !file.isDirectory()).length !== entries.length) {
    return false;
  }
  for (const [name, bytes] of entries) {
    const found = await readFile(path.join(folder, name)).catch(() => undefined);
    if (found === undefined || !found.equals(bytes)) {
      return false;
    }
  }
  return true;
}
