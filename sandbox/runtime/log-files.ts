import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/** Appends lines to `<stateDir>/logs/<log group>.log`, the slashes of the group being folders. */
export class LogFiles {
  private readonly descriptors = new Map<string, number>();

  constructor(private readonly stateDir: string) {}

  /** @throws Error for a log group that is no safe relative path. */
  fileOf(logGroup: string): string {
    const segments = logGroup.split('/').filter((segment) => segment !== '');
    const safe =
      segments.length > 0 && segments.every((segment) => /^[\w.#-]+$/.test(segment) && !/^\.+$/.test(segment));
    if (!safe) throw new Error(`log group ${JSON.stringify(logGroup)} must consist of letters, digits and "/_-.#"`);
    return `${path.join(this.stateDir, 'logs', ...segments)}.log`;
  }

  /** Written before it returns: a line survives the death of this process. */
  append(logGroup: string, line: string): void {
    let descriptor = this.descriptors.get(logGroup);
    if (descriptor === undefined) {
      const file = this.fileOf(logGroup);
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      descriptor = openSync(file, 'a', 0o600);
      this.descriptors.set(logGroup, descriptor);
    }
    writeFileSync(descriptor, `${line}\n`);
  }

  close(): void {
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }
}
