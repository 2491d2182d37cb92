import { randomBytes } from 'node:crypto';
import { randomBase62 } from '../../lib/base62';
import { type PepperEntry, type PepperPayload, readPepperPayload } from '../../lib/pepper';
import type { CredentialEntry } from '../../lib/rotation-record';
import { publishSeconds } from '../../lib/rotation-timing';
import type { PepperConfig } from '../config';
import { RotationAbandonedError } from '../errors';
import type { SecretKind } from '../kind';
import { waiting } from '../waiting';

/** What peppers need beside the engine. */
export interface PepperPorts {
  /** How many tokens need each pepper, by its id, that are not expired at this time (epoch milliseconds). */
  readonly referencedPeppers: (now: number) => Promise<ReadonlyMap<string, number>>;
}

const KEY_BYTES = 32;

/**
 * Keys of the hashes of API tokens. As with signing keys `next` is there a whole rotation before it is used, so that every
 * authorizer has it. A retired pepper keeps its key, because tokens are verified with it, until no token needs it.
 */
export function pepper(config: PepperConfig, ports: PepperPorts): SecretKind<PepperPayload> {
  const publishMs = publishSeconds(config) * 1000;
  /** Writers have let go of it (`Cs + S`), and it can no longer be brought back. */
  const lettingGoMs =
    Math.max(
      config.writerCacheSeconds + config.skewSeconds,
      config.verifierCacheSeconds + config.skewSeconds + config.rollBackSeconds,
    ) * 1000;

  /** The earliest time; a search must find no token as well. */
  function retireAt({ demotedAt, promotedAt, revokedAt }: CredentialEntry): number | undefined {
    return revokedAt ?? (promotedAt === undefined ? demotedAt : demotedAt && demotedAt + lettingGoMs);
  }

  return {
    name: 'pepper',
    readPayload: readPepperPayload,
    isPublishedByDocument: true,

    credentials: ({ current, next, retired }) => [
      { id: current.id, role: 'current' },
      ...(next ? [{ id: next.id, role: 'next' } as const] : []),
      ...retired.map(({ id }) => ({ id, role: 'retired' }) as const),
    ],

    tooEarly({ payload: { next }, entries, now }) {
      if (!next) {
        return undefined;
      }
      const published = entries.find(({ id }) => id === next.id)?.publishedAt;
      return waiting(`pepper ${next.id} is to be known to verifiers for ${publishMs / 1000} s before it is used`, {
        since: published,
        lasts: publishMs,
        now,
      });
    },

    async create({ current, entries, clock }) {
      const fresh = newPepper();
      if (!current) {
        return { current: fresh, next: newPepper(), retired: [] };
      }
      const { payload } = current.document;
      const now = clock.now();
      const entryOf = (id: string) => entries.find((entry) => entry.id === id);
      const kept = payload.retired.filter(({ id }) => {
        const entry = entryOf(id);
        const due = entry && retireAt(entry);
        const isReleased = entry?.releasedAt !== undefined || entry?.revokedAt !== undefined;
        return !(isReleased && due !== undefined && now >= due);
      });
      if (!payload.next) {
        // A value that did not come from a rotation: the first one only publishes.
        return { current: payload.current, next: fresh, retired: kept };
      }
      return { current: payload.next, next: fresh, retired: [payload.current, ...kept] };
    },

    // Verifiers read the secret itself: there is nothing else to tell.
    async set() {},

    async test({ payload, current }) {
      checkKeys([payload.current, ...(payload.next ? [payload.next] : []), ...payload.retired]);
      const before = current?.document.payload;
      const known = [payload.current, ...payload.retired].map(({ id }) => id);
      if (before && !known.includes(before.current.id)) {
        throw new RotationAbandonedError(`pepper ${before.current.id} is in use and would be lost`);
      }
    },

    async dryRun({ clock }) {
      await ports.referencedPeppers(clock.now());
    },

    async reap({ entries, current, previous, pending, clock, record }) {
      const now = clock.now();
      const due = entries.filter((entry) => entry.demotedAt !== undefined && now >= (retireAt(entry) ?? Infinity));
      if (due.length === 0) {
        return;
      }
      const documents = [current.document, previous?.document, pending?.document];
      const held = new Set(documents.flatMap((one) => (one ? this.credentials(one.payload) : [])).map(({ id }) => id));
      const referenced = await ports.referencedPeppers(now);
      for (const { id, releasedAt, versionId } of due) {
        if (!held.has(id) && !referenced.has(id) && versionId !== pending?.versionId) {
          await record.forget(id);
        } else if (referenced.has(id) && releasedAt !== undefined) {
          await record.note({ id, releasedAt: undefined });
        } else if (!referenced.has(id) && releasedAt === undefined) {
          await record.note({ id, releasedAt: now });
        }
      }
    },

    retireAt,

    async missing(payload, now) {
      const known = new Set(this.credentials(payload).map(({ id }) => id));
      return new Map([...(await ports.referencedPeppers(now))].filter(([id]) => !known.has(id)));
    },

    inUseBy: (_, now) => ports.referencedPeppers(now),
    rollBackUntil: (since) => since + config.rollBackSeconds * 1000,
  };
}

function newPepper(): PepperEntry {
  return { id: `p-${randomBase62(10)}`, key: randomBytes(KEY_BYTES).toString('base64url') };
}

/** @throws {RotationAbandonedError} when a key has another length, or two have one id */
function checkKeys(entries: readonly PepperEntry[]): void {
  for (const { id, key } of entries) {
    if (Buffer.from(key, 'base64url').length !== KEY_BYTES) {
      throw new RotationAbandonedError(`pepper ${id} has not ${KEY_BYTES} bytes`);
    }
  }
  if (new Set(entries.map(({ id }) => id)).size !== entries.length) {
    throw new RotationAbandonedError('two peppers have the same id');
  }
}
