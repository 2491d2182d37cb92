import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and the parents that it lacks, one after the other. Not by `recursive` of `mkdirSync`: that of Node.js 20 never returns where
 * the system refuses a folder with ENOENT although its parent is there, as below /proc.
 *
 * @param mode permissions of what is made, less the umask
 * @throws {Error} of Node.js, with the code and the path that cannot be made
 */
export function makeFolder(folder: string, mode = 0o777): void {
  if (isFolder(folder)) {
    return;
  }
  const parent = dirname(folder);
  if (parent !== folder) {
    makeFolder(parent, mode);
  }
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process was faster, or the path leads back by `..`.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) {
      throw error;
    }
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
