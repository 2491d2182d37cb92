import {
  type CredentialEntry,
  type PostponedRotation,
  type RotationFailure,
  type RotationRecord,
  rotationKey,
} from '../lib/rotation-record';
import type { SecretDocument } from './document';
import { RotationRetryableError } from './errors';
import type { EntryChange, RecordAccess, SecretKind, Version } from './kind';
import type { Clock, RecordStore } from './ports';

/** How often a record that others change meanwhile is read again. */
const ATTEMPTS = 8;

/** How many versions that were current are remembered; Secrets Manager itself keeps about a hundred. */
const PAST_VERSIONS = 30;

/** What is known of the versions of a secret at one moment. */
export interface Observation<P> {
  readonly current: Version<P>;
  readonly previous: Version<P> | undefined;
  readonly pending: { readonly versionId: string; readonly document: SecretDocument<P> | undefined } | undefined;
}

/** The record of one secret. Every change is a conditional write on what was read. */
export class SecretRecord<P> implements RecordAccess {
  constructor(
    private readonly store: RecordStore,
    private readonly kind: SecretKind<P>,
    private readonly clock: Clock,
    private readonly secretName: string,
  ) {}

  read(): Promise<RotationRecord | undefined> {
    return this.store.read();
  }

  async note({ id, ...change }: EntryChange): Promise<CredentialEntry> {
    let noted: CredentialEntry | undefined;
    await this.update((record) => {
      const known = record.credentials.find((entry) => entry.id === id) ?? { id, addedAt: this.clock.now() };
      noted = withChange(known, change);
      return { ...record, credentials: replaced(record.credentials, noted) };
    });
    return noted ?? { id, addedAt: this.clock.now() };
  }

  async forget(id: string): Promise<void> {
    await this.update((record) => ({
      ...record,
      credentials: record.credentials.filter((entry) => entry.id !== id),
    }));
  }

  /**
   * Notes what is current and what is not any more. This is where every retirement begins: with what was seen after a
   * promotion, by whoever saw it first, and never with a time from before it.
   */
  observe(observation: Observation<P>): Promise<RotationRecord> {
    return this.update((record) => observed(record, observation, this.kind, this.clock.now()));
  }

  /** Notes a rotation that came before its time. */
  async postpone({ until, ...postponed }: PostponedRotation): Promise<void> {
    await this.update((record) => ({
      ...record,
      postponed: { ...postponed, ...(until !== undefined && { until }) },
    }));
  }

  /** Notes a step that failed. */
  async fail(failure: RotationFailure): Promise<void> {
    await this.update((record) => ({ ...record, failure }));
  }

  /** Takes what is current for right, whatever was current before, and the named credentials for lost. */
  async accept({ current }: Observation<P>, lost: readonly string[]): Promise<void> {
    await this.update((record) => ({
      ...record,
      highest: highestOf(current),
      ...(lost.length > 0 && { lost: [...new Set([...(record.lost ?? []), ...lost])] }),
    }));
  }

  private async update(change: (record: RotationRecord) => RotationRecord): Promise<RotationRecord> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await this.store.read();
      const before = found ?? this.emptyRecord();
      const after = change(before);
      if (found && JSON.stringify(after) === JSON.stringify(before)) {
        return found;
      }
      const written = { ...after, version: before.version + 1 };
      if (await this.store.write(written)) {
        return written;
      }
    }
    throw new RotationRetryableError(`rotation record changed ${ATTEMPTS} times while it was being written`);
  }

  private emptyRecord(): RotationRecord {
    const { secretName } = this;
    return { pk: rotationKey(secretName), entity: 'rotation', secretName, credentials: [], version: 0 };
  }
}

function observed<P>(
  record: RotationRecord,
  { current, previous, pending }: Observation<P>,
  kind: SecretKind<P>,
  now: number,
): RotationRecord {
  const entries = new Map(record.credentials.map((entry) => [entry.id, entry]));
  const inCurrent = kind.credentials(current.document.payload);
  for (const { id, role, targetId, publicJwk } of inCurrent) {
    const known = entries.get(id) ?? { id, versionId: current.versionId, addedAt: now };
    const inUse = role === 'next' ? {} : { promotedAt: known.promotedAt ?? now };
    const demotion =
      role === 'retired' ? { demotedAt: known.demotedAt ?? now } : { demotedAt: undefined, releasedAt: undefined };
    entries.set(
      id,
      withChange(known, {
        ...(targetId === undefined ? {} : { targetId }),
        ...(publicJwk === undefined ? {} : { publicJwk }),
        // What was taken out and is back was not to be seen in between.
        publishedAt: known.removedAt === undefined ? (known.publishedAt ?? now) : now,
        removedAt: undefined,
        ...inUse,
        ...demotion,
      }),
    );
  }
  for (const { id, role } of previous ? kind.credentials(previous.document.payload) : []) {
    const known = entries.get(id);
    // A promotion that nobody could note before the next one.
    if (known && role === 'current' && known.promotedAt === undefined) {
      entries.set(id, { ...known, promotedAt: now });
    }
  }
  const kept = new Set(inCurrent.map(({ id }) => id));
  for (const [id, entry] of entries) {
    if (kind.isPublishedByDocument && !kept.has(id)) {
      // After a roll-back verifiers forget it: if it comes back, its time begins anew.
      entries.set(id, withChange(entry, { publishedAt: undefined }));
    }
  }
  for (const { id } of pending?.document ? kind.credentials(pending.document.payload) : []) {
    kept.add(id);
  }
  for (const [id, entry] of entries) {
    const isPending = pending !== undefined && entry.versionId === pending.versionId;
    if (!kept.has(id) && !isPending && entry.demotedAt === undefined) {
      entries.set(id, { ...entry, demotedAt: now });
    }
  }
  const { current: lastCurrent, pending: lastPending, postponed, failure, ...rest } = record;
  const isKnown = lastCurrent?.versionId === current.versionId;
  const next: RotationRecord = {
    ...rest,
    credentials: [...entries.values()],
    current: isKnown ? lastCurrent : { versionId: current.versionId, since: now },
    ...(isKnown && postponed && { postponed }),
    ...(isKnown && failure && { failure }),
    ...(!isMovedBack(record, current) && { highest: highestOf(current) }),
    past: [...(record.past ?? []).filter((id) => id !== current.versionId), current.versionId].slice(-PAST_VERSIONS),
  };
  if (!pending) {
    return next;
  }
  const since = lastPending?.versionId === pending.versionId ? lastPending.since : now;
  return { ...next, pending: { versionId: pending.versionId, since } };
}

/** Whether a version is current that is older than one before it, and nobody rolled back to it. */
export function isMovedBack(
  { highest, past }: Pick<RotationRecord, 'highest' | 'past'>,
  { versionId, document }: Version<unknown>,
): boolean {
  // A version that was never current is a value put by hand, which is taken as the new beginning.
  return highest !== undefined && document.generation < highest.generation && past?.includes(versionId) === true;
}

function highestOf({ versionId, document }: Version<unknown>): RotationRecord['highest'] & object {
  return { versionId, generation: document.generation };
}

function withChange(entry: CredentialEntry, change: Omit<EntryChange, 'id'>): CredentialEntry {
  const merged: Record<string, unknown> = { ...entry, ...change };
  const kept = Object.entries(merged).filter(([, value]) => value !== undefined);
  return { id: entry.id, addedAt: entry.addedAt, ...Object.fromEntries(kept) };
}

function replaced(entries: readonly CredentialEntry[], entry: CredentialEntry): CredentialEntry[] {
  const at = entries.findIndex(({ id }) => id === entry.id);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}
