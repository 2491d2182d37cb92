import { CHAIN_START, type TrailEntry, type TrailEvent, trailEntry } from './trail-entry';

/** End of a chain, where its next entry goes. */
interface ChainEnd {
  readonly writer: string;
  readonly seq: number;
  readonly previous: string;
}

/**
 * Chains of the entries that one execution environment writes. An environment of Lambda does one request at a time and so has one chain; where
 * several run beside each other, each takes a chain that no other has at the moment.
 */
export class TrailChains {
  private readonly idle: ChainEnd[] = [];

  /** @param newWriter a new name of a chain, 16 letters and digits from a cryptographic generator */
  constructor(private readonly newWriter: () => string) {}

  /**
   * Completes an event to the entry at the end of a chain, and writes what carries it.
   *
   * @param write `true` when it is written; `false` when the condition of the write refused it, so that its place is free again. When it rejects,
   * nobody knows whether the place is taken, and the chain is never continued.
   */
  async next(event: TrailEvent, write: (entry: TrailEntry) => Promise<boolean>): Promise<TrailEntry | undefined> {
    const end = this.idle.pop() ?? { writer: this.newWriter(), seq: 1, previous: CHAIN_START };
    const entry = trailEntry(event, end);
    const isWritten = await write(entry);
    this.idle.push(isWritten ? { writer: end.writer, seq: end.seq + 1, previous: entry.hash } : end);
    return isWritten ? entry : undefined;
  }
}
