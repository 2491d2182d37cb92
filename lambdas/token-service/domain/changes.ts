import type { LogEntry } from '../../lib/log';
import { TrailChains } from '../../lib/trail/chains';
import type { TrailEntry, TrailEvent } from '../../lib/trail/trail-entry';
import type { TokenServicePorts } from './ports';

/** What happened; when, and under which id, is added here. */
export type Change = Omit<TrailEvent, 'id' | 'at' | 'outcome'>;

/**
 * Changes items of the token table so that no change is without its entry in the audit trail. The entry lies in the outbox of the item from the
 * moment of the change, written by the same conditional write; it is then appended to the trail and taken from the outbox. What a crash leaves in
 * an outbox the sweeper appends: the same entry, at the same place. Without a trail, items have no outbox.
 */
export class Changes {
  private readonly chains: TrailChains;

  constructor(private readonly ports: Pick<TokenServicePorts, 'trail' | 'items' | 'now' | 'newId' | 'log'>) {
    this.chains = new TrailChains(ports.newId);
  }

  /**
   * @param key of the item that `write` changes
   * @param write the one conditional write, which puts the entry into the outbox; `undefined` when its condition refuses it
   * @param follow what has to follow from the change. The entry stays in the outbox until it is done: where this breaks off, the sweeper does it
   */
  async write<T>(
    key: string,
    change: Change,
    write: (entry: TrailEntry | undefined) => Promise<T | undefined>,
    follow?: (changed: T) => Promise<void>,
  ): Promise<T | undefined> {
    let result: T | undefined;
    if (this.ports.trail === undefined) {
      result = await write(undefined);
      if (result !== undefined) {
        await follow?.(result);
      }
      return result;
    }
    const entry = await this.chains.next(this.eventOf(change, 'done'), async (completed) => {
      result = await write(completed);
      return result !== undefined;
    });
    if (entry !== undefined) {
      await follow?.(result as T);
      await this.deliver(key, entry);
    }
    return result;
  }

  /** Tells the trail that something was refused. Nothing else changes, and the refusal stands even when the trail cannot be written. */
  async refuse(change: Change): Promise<void> {
    const { trail } = this.ports;
    if (trail === undefined) {
      return;
    }
    try {
      await this.chains.next(this.eventOf(change, 'refused'), async (entry) => {
        await trail.append(entry);
        return true;
      });
    } catch (error) {
      this.warn('trail.refusal-lost', change, error);
    }
  }

  private eventOf(change: Change, outcome: TrailEvent['outcome']): TrailEvent {
    return { id: this.ports.newId(), at: this.ports.now(), outcome, ...change };
  }

  /** What fails here the sweeper does: the change is made, and its entry lies in the outbox. */
  private async deliver(key: string, entry: TrailEntry): Promise<void> {
    try {
      await this.ports.trail?.append(entry);
      await this.ports.items.settle(key, entry);
    } catch (error) {
      this.warn('trail.pending', entry, error);
    }
  }

  private warn(evt: string, { action, object }: Change, error: unknown): void {
    const fields: LogEntry['fields'] = {
      action,
      objectKind: object.kind,
      errorName: error instanceof Error ? error.name : 'Error',
    };
    this.ports.log({ level: 'warn', evt, fields });
  }
}
