import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../constructs/support/make-folder';
import { codeOf } from '../aws/error-code';
import { SandboxError } from './error';
import { StateLock } from './state-lock';

/** What the sandbox writes into its folder; nothing else in it is ever deleted. */
export const STATE_ENTRIES: readonly string[] = [
  'api-keys.json',
  'aws-credentials',
  'buckets',
  'command-line.json',
  'deployments',
  'dynamodb',
  'functions',
  'kms-keys.json',
  'logs',
  'secrets.json',
  'user-pool-clients.json',
];

/** Entries that hold what cannot be made again, and what is lost with each. */
const KEPT: Readonly<Record<string, string>> = {
  dynamodb: 'the tokens, applications and revocations',
  'secrets.json': 'the secrets, so that no issued token would be valid any more',
  'api-keys.json': 'the usage keys of the applications',
  'kms-keys.json': 'the keys that sign, so that what is sealed could not be verified any more',
  buckets: 'the objects of the buckets, the sealed trail among them',
};

const MARK = 'gatehouse-state.json';
const LOCK = 'lock';
const markSchema = z.object({ kit: z.literal('gatehouse'), schema: z.literal(1), kept: z.array(z.string()) });

/**
 * The folder of everything that survives a restart: readable by its owner only, used by one sandbox at a time, and marked
 * as the kit's own. What bears no mark is neither used nor cleared, so that a slip in `--state` harms nothing.
 */
export class StateFolder {
  private constructor(
    /** Absolute, without symbolic links. */
    readonly path: string,
    private readonly lock: StateLock,
    /** The topmost folder that did not exist before. @default - all were there */
    private readonly made: string | undefined,
  ) {}

  /**
   * Makes the folder or takes an existing one over, for this process alone.
   *
   * @throws {SandboxError} for a folder that is not the sandbox's, belongs to somebody else, or is used by another sandbox
   */
  static open(folder: string): StateFolder {
    try {
      const made = makeFolder(path.resolve(folder), 0o700);
      const own = realpathSync(folder);
      assertOwn(own, folder);
      chmodSync(own, 0o700);
      const state = new StateFolder(own, StateLock.take(path.join(own, LOCK), folder), made && realpathSync(made));
      if (!existsSync(state.mark)) {
        state.writeMark([]);
      }
      return state;
    } catch (error) {
      const code = codeOf(error);
      if (error instanceof SandboxError || code === undefined) {
        throw error;
      }
      throw new SandboxError(`the state folder ${folder} cannot be used (${code})`, { cause: error });
    }
  }

  /** Deletes what the sandbox wrote, links as links. What else lies in the folder stays. */
  clear(): void {
    this.writeMark([]);
    for (const name of STATE_ENTRIES) {
      rmSync(path.join(this.path, name), { recursive: true, force: true });
    }
  }

  /**
   * Compares what is there with what was there when the sandbox ran last.
   *
   * @throws {SandboxError} that says what is missing and what is lost with it
   */
  assertComplete(): void {
    const missing = this.readMark().find((name) => !existsSync(path.join(this.path, name)));
    if (missing === undefined) {
      return;
    }
    throw new SandboxError(
      `${path.join(this.path, missing)} is gone, and with it ${KEPT[missing] ?? 'state'}: restore it or start with --fresh`,
    );
  }

  /** Remembers what is there, for the next start. */
  recordComplete(): void {
    this.writeMark(Object.keys(KEPT).filter((name) => existsSync(path.join(this.path, name))));
  }

  /** Gives the folder free for another sandbox. */
  release(): void {
    this.lock.release();
  }

  /** Gives the folder free as it was found: what {@link open} made is removed, unless something has been put into it since. */
  abandon(): void {
    if (this.made !== undefined && readdirSync(this.path).every((name) => name === MARK || name === LOCK)) {
      rmSync(this.mark, { force: true });
    }
    this.release();
    if (this.made !== undefined) {
      removeEmpty(this.path, this.made);
    }
  }

  private get mark(): string {
    return path.join(this.path, MARK);
  }

  private readMark(): string[] {
    const parsed = markSchema.safeParse(parse(readFileSync(this.mark, 'utf8')));
    if (parsed.success) {
      return parsed.data.kept;
    }
    throw new SandboxError(
      `${this.mark} is damaged: delete it if the folder is the sandbox's, or name another --state`,
    );
  }

  private writeMark(kept: string[]): void {
    const mark: z.infer<typeof markSchema> = { kit: 'gatehouse', schema: 1, kept };
    writeFileSync(this.mark, `${JSON.stringify(mark)}\n`, { mode: 0o600 });
  }
}

/** Empty, marked, or with nothing in it but what an earlier version wrote without a mark; and this user's. */
function assertOwn(folder: string, named: string): void {
  const owner = statSync(folder).uid;
  if (process.getuid !== undefined && owner !== process.getuid()) {
    throw new SandboxError(`the state folder ${named} belongs to another user (uid ${owner}): name another --state`);
  }
  const names = readdirSync(folder);
  if (names.includes(MARK)) {
    return;
  }
  const foreign = names.find((name) => name !== LOCK && !STATE_ENTRIES.includes(name));
  if (foreign === undefined) {
    return;
  }
  throw new SandboxError(
    `${named} is no state folder of the sandbox: it has no ${MARK} and holds ${JSON.stringify(foreign)}, name an empty or a new folder with --state`,
  );
}

/** Removes a folder and those above it up to `last`, as long as they are empty. */
function removeEmpty(folder: string, last: string): void {
  if (!existsSync(folder) || readdirSync(folder).length > 0) {
    return;
  }
  rmdirSync(folder);
  if (folder !== last) {
    removeEmpty(path.dirname(folder), last);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
