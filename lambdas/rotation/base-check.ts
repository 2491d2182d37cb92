import type { RotationRecord } from '../lib/rotation-record';
import type { SecretKind } from './kind';
import { isMovedBack, type Observation } from './record-access';

/** What makes the current version a bad one to go on from. The texts hold ids and counts, and no value. */
export interface BaseFaults {
  readonly texts: readonly string[];
  /** Credentials that somebody needs and the current version lacks. */
  readonly missing: readonly string[];
}

const SOUND: BaseFaults = { texts: [], missing: [] };

/**
 * As {@link baseFaults}, for every hour: the search for who needs what is left out while the current version names every
 * credential that was ever in use.
 */
export async function knownBaseFaults<P>(
  kind: SecretKind<P>,
  observation: Observation<P>,
  record: RotationRecord | undefined,
  now: number,
): Promise<BaseFaults> {
  const named = new Set(kind.credentials(observation.current.document.payload).map(({ id }) => id));
  const isComplete = record?.credentials.every(({ id, promotedAt }) => promotedAt === undefined || named.has(id));
  return baseFaults(kind, observation, record, now, isComplete !== true);
}

/**
 * Whether somebody else has put another version in the place of the current one. A rotation would make such a version the
 * new beginning: what only the right one holds would be lost, and what it brought would be retired.
 */
export async function baseFaults<P>(
  kind: SecretKind<P>,
  { current, previous }: Observation<P>,
  record: RotationRecord | undefined,
  now: number,
  search = true,
): Promise<BaseFaults> {
  const texts: string[] = [];
  if (record?.highest && isMovedBack(record, current)) {
    const { versionId, generation } = record.highest;
    texts.push(
      `AWSCURRENT was moved back to version ${current.versionId} (generation ${current.document.generation}) ` +
        `from version ${versionId} (generation ${generation})`,
    );
  }
  const found = search ? await kind.missing?.(current.document.payload, now) : undefined;
  const missing = [...(found ?? [])].filter(([id]) => !record?.lost?.includes(id));
  const before = new Set(previous ? kind.credentials(previous.document.payload).map(({ id }) => id) : []);
  for (const [id, users] of missing) {
    const where = before.has(id) ? `, AWSPREVIOUS has it (version ${previous?.versionId})` : '';
    texts.push(`${kind.name} ${id} is needed by ${users} and not in the current version${where}`);
  }
  return texts.length === 0 ? SOUND : { texts, missing: missing.map(([id]) => id) };
}
