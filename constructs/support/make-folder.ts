import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and the parents that it lacks, one after the other. Not by `recursive` of `mkdirSync`: that of Node.js 20 never returns where
 * the system refuses a folder with ENOENT although its parent is there, as below /proc.
 *
 * @param mode permissions of what is made, less the umask
 * @returns the topmost folder that was made; `undefined` where all were there
 * @throws {Error} of Node.js, with the code and the path that cannot be made
 */
export function makeFolder(folder: string, mode = 0o777): string | undefined {
  if (isFolder(folder)) {
    return undefined;
  }
  const parent = dirname(folder);
  const above = parent === folder ? undefined : makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process was faster, or the path leads back by `..`.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) {
      throw error;
    }
    return above;
  }
  return above ?? folder;
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
