import {
  entriesOf,
  MAX_APPLICATION_REVOCATION_BYTES,
  MAX_OWN_REVOCATION_BYTES,
  MAX_REVOCATION_BYTES,
  REVOCATIONS_KEY,
  type RevocationEntry,
  type RevocationItem,
  type SourceCuts,
} from '../../../lib/revocation';
import type { Changes } from '../changes';
import { Fault } from '../fault';
import type { Actor } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import { entriesInForce, entryKey } from '../revocation-entries';

/** An entry that is to be put into the set. */
export type NewEntry = Omit<RevocationEntry, 'id' | 'createdAt'>;

/**
 * The set of revocations as it is stored: one item with an entry by each name, so that writers change entries beside each other.
 * It has bounds, and entries that have run out are swept away by whoever writes next.
 */
export class RevocationRegister {
  constructor(
    private readonly ports: Pick<TokenServicePorts, 'store' | 'now' | 'newId' | 'wait' | 'random'>,
    private readonly changes: Changes,
  ) {}

  /** Every entry, the oldest first. */
  async entries(): Promise<RevocationEntry[]> {
    const item = await this.ports.store.getRevocations();
    return item === undefined ? [] : entriesOf(item).sort(byTime);
  }

  /**
   * Puts an entry into the set, or renews the one that means the same: tokens that it means may have been issued since.
   *
   * @param read the set as it was read before, if it was
   * @throws {Fault} when the set, or the share of the entry's application, is full
   */
  async put(
    wanted: NewEntry,
    read: RevocationItem | undefined,
    actor: Actor,
  ): Promise<{ readonly entry: RevocationEntry; readonly created: boolean }> {
    const entry = this.entry(wanted);
    const key = entryKey(entry);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = await this.item(attempt === 0 ? read : undefined);
      const same = item.named?.[key];
      const isInForce = same !== undefined && same.until > this.now();
      const next = isInForce ? { ...same, until: Math.max(same.until, entry.until) } : entry;
      if (!isInForce) {
        refuseFull(entriesInForce(item, this.now()), next);
      }
      const change = changeOf(isInForce ? 'revocation.renew' : 'revocation.add', next, actor);
      const put = await this.changes.write(REVOCATIONS_KEY, change, async (told) =>
        (await this.ports.store.putRevocation(key, next, same, told)) ? next : undefined,
      );
      if (put !== undefined) {
        await this.sweep(item, key);
        return { entry: next, created: !isInForce };
      }
      await this.pause(attempt);
    }
    throw new Error(`the revocation changed ${ATTEMPTS} times during one request`);
  }

  /**
   * Takes an entry away.
   *
   * @param judge rejects when the entry may not be taken away
   * @throws {Fault} when there is no such entry
   */
  async remove(id: string, judge: (entry: RevocationEntry) => Promise<void>, actor: Actor): Promise<RevocationEntry> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Nothing is made for the sake of what is not there.
      const item = (await this.ports.store.getRevocations()) && (await this.item());
      const [key, entry] = Object.entries(item?.named ?? {}).find(([, candidate]) => candidate.id === id) ?? [];
      if (key === undefined || entry === undefined) {
        throw new Fault('no-such-revocation', 'no revocation has this id');
      }
      await judge(entry);
      const change = changeOf('revocation.remove', entry, actor);
      const removed = await this.changes.write(REVOCATIONS_KEY, change, async (told) =>
        (await this.ports.store.removeRevocation(key, entry, told)) ? entry : undefined,
      );
      if (removed !== undefined) {
        return removed;
      }
      await this.pause(attempt);
    }
    throw new Error(`the revocation changed ${ATTEMPTS} times during one request`);
  }

  /**
   * Makes the set a new one, in whatever state it is.
   *
   * @param sources that it is to have; asked again for each attempt, because others may have ended meanwhile
   * @param wanted entries that it is to have, as far as they fit
   * @returns how many entries are gone, `undefined` when they could not be counted; and the values of those that the new set has
   */
  async clear(
    actor: Actor,
    sources: () => SourceCuts | undefined,
    wanted: readonly NewEntry[],
  ): Promise<{ readonly removed: number | undefined; readonly kept: ReadonlySet<string> }> {
    const named = this.fitting(wanted);
    const change = {
      ...actor,
      action: 'revocation.reset',
      object: { kind: 'revocations', id: 'all' },
      after: { kept: Object.keys(named).length },
    } as const;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = await this.ports.store.getRevocations();
      const isReset = await this.changes.write(
        REVOCATIONS_KEY,
        change,
        async (told) => (await this.ports.store.resetRevocations(told, sources(), named)) || undefined,
      );
      if (isReset) {
        return { removed: countOf(item), kept: new Set(Object.values(named).map(({ value }) => value)) };
      }
      await this.pause(attempt);
    }
    throw new Error(`the set of revocations changed ${ATTEMPTS} times while it was being emptied`);
  }

  /** The set with a name for each entry; it is made where there is none. */
  private async item(read?: RevocationItem): Promise<RevocationItem> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = (attempt === 0 && read) || (await this.ports.store.getRevocations());
      if (stored?.named !== undefined && stored.entries === undefined) {
        return stored;
      }
      const item: RevocationItem = {
        pk: REVOCATIONS_KEY,
        entity: 'revocations',
        named: Object.fromEntries(entriesInForce(stored, this.now()).map((entry) => [entryKey(entry), entry])),
        version: (stored?.version ?? 0) + 1,
      };
      if (await this.ports.store.replaceRevocations(item)) {
        return item;
      }
      await this.pause(attempt);
    }
    throw new Error(`the set of revocations changed ${ATTEMPTS} times while it was being made`);
  }

  /** Takes away what has run out. Whoever comes next does what fails here. */
  private async sweep(item: RevocationItem, written: string): Promise<void> {
    const over = Object.entries(item.named ?? {}).filter(([key, { until }]) => key !== written && until <= this.now());
    for (const [key, entry] of over) {
      await this.ports.store.removeRevocation(key, entry);
    }
  }

  /** The first of these entries that fit into a set together, by their names. */
  private fitting(wanted: readonly NewEntry[]): Record<string, RevocationEntry> {
    const named: Record<string, RevocationEntry> = {};
    // The brackets of the list; each entry adds its own length and a comma.
    let bytes = 2;
    for (const entry of wanted.map((one) => this.entry(one))) {
      bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
      if (bytes > MAX_REVOCATION_BYTES) {
        break;
      }
      named[entryKey(entry)] = entry;
    }
    return named;
  }

  private entry(wanted: NewEntry): RevocationEntry {
    return { id: this.ports.newId(), ...wanted, createdAt: this.now() };
  }

  private pause(attempt: number): Promise<void> {
    return this.ports.wait(backoffMs(attempt, this.ports.random()));
  }

  private now(): number {
    return epochSeconds(this.ports);
  }
}

/** Entries of a set; `undefined` when it is damaged, which a new one is made for. */
function countOf(item: RevocationItem | undefined): number | undefined {
  try {
    return item === undefined ? 0 : entriesOf(item).length;
  } catch {
    return undefined;
  }
}

/** Subjects may be people, so the trail names the entry and its kind; the value is in the set, for as long as it is in force. */
function changeOf(action: string, { id, kind, application, issuer, until }: RevocationEntry, actor: Actor) {
  return {
    ...actor,
    action,
    object: { kind: 'revocation', id },
    ...(application ? { application } : {}),
    after: { kind, issuer, until },
  } as const;
}

/** @throws {Fault} when one more entry is too much for the set, or for the share of its application */
function refuseFull(inForce: readonly RevocationEntry[], entry: RevocationEntry): void {
  const entries = [...inForce, entry];
  const isOver = (some: readonly RevocationEntry[], most: number) => Buffer.byteLength(JSON.stringify(some)) > most;
  const advice = 'revoke a subject, a client or a key instead of many tokens';
  const { application } = entry;
  if (isOver(entries, application === undefined ? MAX_REVOCATION_BYTES : MAX_OWN_REVOCATION_BYTES)) {
    throw new Fault(
      'revocations-full',
      `the set of revocations is full, allowed are ${MAX_REVOCATION_BYTES} bytes: ${advice}`,
    );
  }
  const own = entries.filter((candidate) => candidate.application === application);
  if (application !== undefined && isOver(own, MAX_APPLICATION_REVOCATION_BYTES)) {
    throw new Fault(
      'revocations-full',
      `the application's share of the set of revocations is full, allowed are ${MAX_APPLICATION_REVOCATION_BYTES} bytes: ${advice}`,
    );
  }
}

function byTime(first: RevocationEntry, second: RevocationEntry): number {
  return first.createdAt - second.createdAt || (first.id < second.id ? -1 : 1);
}
