import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { codeOf } from '../aws/error-code';
import { SandboxError } from './error';

interface Holder {
  readonly pid: number;
  /** When the process began, in the system's own count: a process that got the same id later has another. */
  readonly began?: string;
  /** Tells this lock from every other. */
  readonly id: string;
}

/**
 * A lock file with the process that holds it. A process that was killed leaves its lock, which the next one takes over;
 * of two that try at once, one gets it.
 */
export class StateLock {
  private constructor(
    private readonly file: string,
    private readonly id: string,
  ) {}

  /**
   * @param folder what is locked, as the user named it
   * @throws {SandboxError} while a living process holds the lock
   */
  static take(file: string, folder: string): StateLock {
    const id = randomUUID();
    const own: Holder = { pid: process.pid, id, ...beginning(process.pid) };
    const draft = `${file}.${id}`;
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600, flag: 'wx' });
    try {
      // A link is made with its content or not at all.
      while (!link(draft, file)) {
        const holder = read(file);
        if (holder !== undefined && isAlive(holder)) {
          throw inUse(folder, holder);
        }
        removeStale(file, holder?.id, id);
      }
      return new StateLock(file, id);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Gives the lock back, if it is still this one's. */
  release(): void {
    if (read(this.file)?.id === this.id) {
      rmSync(this.file, { force: true });
    }
  }
}

function inUse(folder: string, { pid }: Holder): SandboxError {
  return new SandboxError(
    `the state folder ${folder} is used by a sandbox that runs (process ${pid}): stop it or name another folder with --state`,
  );
}

/** @returns false when the target is there already */
function link(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Moves a dead process's lock away. Where another process has taken it over in between, its lock is put back. */
function removeStale(file: string, staleId: string | undefined, id: string): void {
  const aside = `${file}.${id}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  if (read(aside)?.id !== staleId) {
    link(aside, file);
  }
  rmSync(aside, { force: true });
}

/** `undefined` for a lock that is gone or unreadable, as after a loss of power. */
function read(file: string): Holder | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder> | null;
    return Number.isInteger(value?.pid) && typeof value?.id === 'string' ? (value as Holder) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function isAlive({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if (codeOf(error) === 'ESRCH') {
      return false;
    }
  }
  const now = beginning(pid).began;
  return began === undefined || now === undefined || began === now;
}

/** The 22nd field of `/proc/<pid>/stat` (proc(5)), where there is one. */
function beginning(pid: number): { began?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold spaces and brackets.
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return began === undefined ? {} : { began };
  } catch {
    return {};
  }
}
