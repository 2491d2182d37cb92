import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { create, type Store } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import { SandboxError } from '../state/error';
import { codeOf } from './error-code';
import { assertIntact, damaged } from './table-log';

/** Operations that change the store. */
const WRITES =
  /^(BatchWriteItem|CreateTable|DeleteItem|DeleteTable|PutItem|TagResource|UntagResource|UpdateItem|UpdateTable)$/;
/** Room that LevelDB needs to open again besides its log, in bytes: a manifest, a log and a table. */
const ROOM_BYTES = 128 * 1024;

/** An answer in DynamoDB's form. */
export interface TableAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Action = (store: Store, input: object, done: (error: unknown, output?: object) => void) => void;
const load = createRequire(__filename);

/**
 * The tables: dynalite's actions over a LevelDB store. LevelDB hands each write to the operating system before it is
 * acknowledged, so the death of this process loses none. A write that failed, as on a full disk, may have left half a record
 * in LevelDB's log, behind which everything would be unreadable: the store is opened anew before the next one.
 */
export class TableStore {
  private working = 0;
  private onIdle: (() => void) | undefined;
  private reopening: Promise<void> | undefined;
  private torn = false;
  private closed = false;

  private constructor(
    private readonly folder: string,
    private store: Store,
  ) {}

  /**
   * Opens the store, after a look whether all of it is there. A lock that a killed process left is no obstacle: the system
   * released it.
   *
   * @throws {SandboxError} when another process has it open, or it is damaged
   */
  static async open(folder: string): Promise<TableStore> {
    assertIntact(folder);
    const opened = new TableStore(folder, await openStore(folder));
    try {
      // Unreadable tables and values are found now and not by the request that needs them.
      for await (const _ of opened.store.db.iterator()) {
      }
    } catch (cause) {
      await opened.store.db.close();
      throw damaged(folder, String(cause), cause);
    }
    return opened;
  }

  /**
   * Runs an operation that dynalite has.
   *
   * @throws {Error} when the store fails, as on a full disk
   */
  async call(operation: string, input: unknown): Promise<TableAnswer> {
    const writes = WRITES.test(operation);
    if (this.reopening !== undefined) {
      await this.reopening;
    }
    if ((writes && this.torn) || this.closed) {
      await this.reopen();
    }
    this.working += 1;
    try {
      const answer = await this.run(operation, input);
      // Behind a write that failed: in memory, and not to be read from the log again.
      if (writes && this.torn) {
        throw new Error('a write before this one failed');
      }
      return answer;
    } catch (error) {
      if (isRefusal(error)) {
        return { status: error.statusCode, body: error.body };
      }
      this.torn ||= writes;
      throw error;
    } finally {
      this.working -= 1;
      if (this.working === 0) {
        this.onIdle?.();
      }
    }
  }

  /** Waits for the work under way, that of callers who are gone too, and closes the store. */
  async close(): Promise<void> {
    await this.reopening?.catch(() => undefined);
    await this.idle();
    if (!this.closed) {
      await this.store.db.close();
    }
  }

  private run(operation: string, input: unknown): Promise<TableAnswer> {
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    const action = load(`dynalite/actions/${name}`) as Action;
    const validation = load(`dynalite/validations/${name}`) as { types: Record<string, unknown>; custom: unknown };
    const checked = checkTypes(input, validation.types);
    checkValidations(checked, validation.types, validation.custom, this.store);
    return new Promise((resolve, reject) => {
      action(this.store, checked, (error, output) => {
        if (error) {
          reject(error);
        } else {
          resolve({ status: 200, body: output });
        }
      });
    });
  }

  /** One at a time; whoever comes meanwhile waits. */
  private async reopen(): Promise<void> {
    this.reopening ??= this.reopenOnce().finally(() => {
      this.reopening = undefined;
    });
    await this.reopening;
  }

  private async reopenOnce(): Promise<void> {
    // Before the store is closed: as long as there is no room it can at least be read.
    assertRoom(this.folder);
    await this.idle();
    if (!this.closed) {
      await this.store.db.close();
    }
    this.closed = true;
    this.store = await openStore(this.folder);
    this.closed = false;
    this.torn = false;
  }

  private async idle(): Promise<void> {
    while (this.working > 0) {
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
    }
  }
}

async function openStore(folder: string): Promise<Store> {
  const store = create({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  try {
    await store.db.open();
  } catch (error) {
    const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
    if (codeOf(cause) === 'LEVEL_LOCKED') {
      const text = `${folder} is in use by another process: is a sandbox already running on this state?`;
      throw new SandboxError(text, { cause });
    }
    const text = cause instanceof Error ? cause.message : String(cause);
    if (/no space|disk quota/i.test(text)) {
      throw new SandboxError(`cannot open the table store ${folder}: ${text}`, { cause });
    }
    throw damaged(folder, text, cause);
  }
  return store;
}

/** @throws {Error} when the disk has no room for what opening the store writes */
function assertRoom(folder: string): void {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  const bytes = logs.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, ROOM_BYTES);
  const probe = path.join(folder, '.room');
  try {
    writeFileSync(probe, Buffer.alloc(bytes));
  } finally {
    rmSync(probe, { force: true });
  }
}

function isRefusal(error: unknown): error is { statusCode: number; body: object } {
  return typeof error === 'object' && error !== null && 'statusCode' in error && 'body' in error;
}
