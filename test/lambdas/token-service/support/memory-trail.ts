import { entryHash, type TrailEntry } from '../../../../lambdas/lib/trail/trail-entry';
import type { TrailWriter } from '../../../../lambdas/token-service/domain/ports';

/** A trail in memory: a place holds one entry, the same entry again changes nothing. */
export class MemoryTrail implements TrailWriter {
  readonly entries = new Map<string, TrailEntry>();
  /** Called before each entry is kept. */
  beforeAppend: (entry: TrailEntry) => Promise<void> = async () => {};

  async append(entry: TrailEntry): Promise<void> {
    await this.beforeAppend(entry);
    const place = `${entry.writer}#${entry.seq}`;
    const there = this.entries.get(place);
    if (entry.hash !== entryHash(entry) || (there !== undefined && there.hash !== entry.hash)) {
      throw new Error(`the place ${place} has another entry`);
    }
    this.entries.set(place, entry);
  }

  get all(): TrailEntry[] {
    return [...this.entries.values()];
  }

  /** What happened, as `<action> <object id>`. */
  get told(): string[] {
    return this.all.map(({ action, object }) => `${action} ${object.id}`);
  }
}
