import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '../../sandbox/shared/private-file';
import { CliError, EXIT } from '../errors';

/** Name of the file in the state folder. */
const FILE = 'command-line.json';

/** How the command line reaches the token service of a sandbox that runs. */
export interface SandboxSession {
  /** Process of the sandbox. */
  readonly pid: number;
  readonly environment: string;
  /** Whole path of its configuration. @default - a sandbox of an earlier version wrote the file */
  readonly config?: string;
  /** Address of the token service, with its base path. */
  readonly url: string;
  /** Endpoint of the local AWS services. */
  readonly awsEndpoint: string;
  readonly region: string;
  /** An administrator token, which the sandbox replaces before it expires. */
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Where a sandbox of this state folder writes its session. */
export function sessionFile(stateDir: string): string {
  return join(stateDir, FILE);
}

/** Writes the session for commands on this machine, readable by the owner only. */
export function writeSession(stateDir: string, session: SandboxSession): void {
  writePrivateFile(sessionFile(stateDir), `${JSON.stringify(session)}\n`);
}

/** Takes the session away, unless another sandbox has put its own there since. */
export function removeSession(stateDir: string, pid: number): void {
  try {
    if (readSession(stateDir)?.pid !== pid) return;
  } catch {
    // Whatever it is, this sandbox did not write it.
    return;
  }
  rmSync(sessionFile(stateDir), { force: true });
}

/**
 * The session of the sandbox that runs on a state folder.
 *
 * @returns undefined when none runs there
 * @throws {CliError} for a file that others may read, or that no sandbox wrote; its content is never quoted
 */
export function readSession(stateDir: string): SandboxSession | undefined {
  const file = sessionFile(stateDir);
  let text: string;
  try {
    const { mode } = lstatSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new CliError(
        `${file} may be read by others (mode ${(mode & 0o777).toString(8)}, allowed is 600): delete it and start the sandbox again`,
        EXIT.usage,
      );
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const session = parse(text);
  if (session === undefined) {
    throw new CliError(`${file} is not what a sandbox writes: delete it and start the sandbox again`, EXIT.usage);
  }
  return isRunning(session.pid) ? session : undefined;
}

const TEXTS = ['environment', 'url', 'awsEndpoint', 'region', 'token', 'expiresAt'] as const;

function parse(text: string): SandboxSession | undefined {
  try {
    const value = JSON.parse(text) as Partial<SandboxSession> | null;
    const complete = Number.isInteger(value?.pid) && TEXTS.every((name) => typeof value?.[name] === 'string');
    return complete ? (value as SandboxSession) : undefined;
  } catch {
    return undefined;
  }
}

/** A sandbox that was killed leaves its file. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
