import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import * as path from 'node:path';

/** Size at which a file is put aside, in bytes. */
const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** Files of a log group: the newest, and those that were put aside, `.1` being the newer. */
const FILES = 3;

interface OpenLog {
  readonly descriptor: number;
  size: number;
  /** The last write left half a line. */
  torn: boolean;
}

export interface LogFilesOptions {
  /** Told, once until lines can be written again, that they cannot. @default - nobody */
  readonly onTrouble?: (line: string) => void;
  /** In bytes. @default MAX_LOG_BYTES */
  readonly maxBytes?: number;
}

/**
 * Appends lines to `<stateDir>/logs/<log group>.log`, the slashes of the group being folders. A file that is full becomes
 * `….log.1`, and that `….log.2`: a group takes three times `maxBytes` at most, and what is dropped is the oldest.
 *
 * A line that cannot be written, as on a full disk, is lost, which the next line that can be written tells.
 */
export class LogFiles {
  private readonly open = new Map<string, OpenLog>();
  private lost = 0;

  constructor(
    private readonly stateDir: string,
    private readonly options: LogFilesOptions = {},
  ) {}

  /** @throws Error for a log group that is no safe relative path. */
  fileOf(logGroup: string): string {
    const segments = logGroup.split('/').filter((segment) => segment !== '');
    const safe =
      segments.length > 0 && segments.every((segment) => /^[\w.#-]+$/.test(segment) && !/^\.+$/.test(segment));
    if (!safe) {
      throw new Error(`log group ${JSON.stringify(logGroup)} must consist of letters, digits and "/_-.#"`);
    }
    return `${path.join(this.stateDir, 'logs', ...segments)}.log`;
  }

  /**
   * Written before it returns: a line survives the death of this process.
   *
   * @throws Error for a log group that is no safe relative path.
   */
  append(logGroup: string, line: string): void {
    const file = this.fileOf(logGroup);
    try {
      const gap = this.lost === 0 ? '' : `${JSON.stringify({ lostLines: this.lost })}\n`;
      this.write(file, `${gap}${line}\n`);
      this.lost = 0;
    } catch (error) {
      this.lost += 1;
      if (this.lost === 1) {
        this.options.onTrouble?.(`log lines are lost: ${(error as Error).message}`);
      }
    }
  }

  close(): void {
    for (const { descriptor } of this.open.values()) {
      closeSync(descriptor);
    }
    this.open.clear();
  }

  private write(file: string, text: string): void {
    const log = this.logOf(file, Buffer.byteLength(text));
    const bytes = Buffer.from(log.torn ? `\n${text}` : text);
    let written = 0;
    try {
      while (written < bytes.length) {
        written += writeSync(log.descriptor, bytes, written);
      }
      log.torn = false;
    } catch (error) {
      log.torn ||= written > 0;
      throw error;
    } finally {
      log.size += written;
    }
  }

  /** The open file, with room for so many bytes. */
  private logOf(file: string, bytes: number): OpenLog {
    const known = this.open.get(file) ?? this.openFile(file);
    if (known.size === 0 || known.size + bytes <= (this.options.maxBytes ?? MAX_LOG_BYTES)) {
      return known;
    }
    closeSync(known.descriptor);
    this.open.delete(file);
    rmSync(`${file}.${FILES - 1}`, { force: true });
    for (let number = FILES - 2; number >= 0; number -= 1) {
      moveIfThere(numbered(file, number), numbered(file, number + 1));
    }
    return this.openFile(file);
  }

  private openFile(file: string): OpenLog {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const descriptor = openSync(file, 'a', 0o600);
    const { size } = fstatSync(descriptor);
    const log: OpenLog = { descriptor, size, torn: size > 0 && lastByte(file, size) !== NEWLINE };
    this.open.set(file, log);
    return log;
  }
}

const NEWLINE = 10;

function lastByte(file: string, size: number): number | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, size - 1);
    return byte[0];
  } finally {
    closeSync(descriptor);
  }
}

function numbered(file: string, number: number): string {
  return number === 0 ? file : `${file}.${number}`;
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
}
