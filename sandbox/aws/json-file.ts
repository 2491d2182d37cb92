import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { z } from 'zod';
import { SandboxError } from '../state/error';
import { codeOf } from './error-code';

/**
 * A JSON document on disk that holds secrets: readable by its owner only, replaced as a whole, and on the disk before
 * `write` returns. An interrupted write leaves the previous document.
 */
export class JsonFile<T> {
  constructor(
    private readonly file: string,
    private readonly schema: z.ZodType<T>,
  ) {}

  /**
   * @returns undefined when there is no such file.
   * @throws {SandboxError} for content that is not what this version writes; the text never quotes the content.
   */
  read(): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // No cause: the parser's message quotes the text, which holds secrets.
      throw new SandboxError(`${this.file} is not JSON: restore it or start with --fresh`);
    }
    const parsed = this.schema.safeParse(value);
    if (!parsed.success) {
      const places = parsed.error.issues.map((issue) => issue.path.join('.') || 'document');
      throw new SandboxError(
        `${this.file} has an unexpected form at ${places.join(', ')}: restore it or start with --fresh`,
      );
    }
    return parsed.data;
  }

  /** @throws {SandboxError} when the disk does not take it; the document before stays */
  write(value: T): void {
    try {
      this.replace(value);
    } catch (error) {
      throw new SandboxError(`${this.file} cannot be written (${codeOf(error) ?? String(error)})`, { cause: error });
    }
  }

  private replace(value: T): void {
    const folder = path.dirname(this.file);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${this.file}.tmp`;
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(descriptor, `${JSON.stringify(value, null, 1)}\n`);
      fsyncSync(descriptor);
    } catch (error) {
      // Half a document takes room on a disk that has none.
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, this.file);
    syncFolder(folder);
  }
}

/** Makes the rename itself durable. Windows cannot open a folder and needs no such step. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') {
    return;
  }
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
