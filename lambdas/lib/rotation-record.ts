/**
 * What is known about one credential beside the secret itself. All times are epoch milliseconds. Nothing here is secret:
 * ids, times, and public keys.
 */
export interface CredentialEntry {
  /** Id by which the secret's document names the credential. */
  readonly id: string;
  /** Id by which the target names it, where that is another. */
  readonly targetId?: string;
  /** Version of the secret that brought it (a ClientRequestToken). */
  readonly versionId?: string;
  /** When it was first seen, or added to its target. */
  readonly addedAt: number;
  /** When it was about to be added to a target that tells its id only in the answer. */
  readonly attemptedAt?: number;
  /** When readers could first see it. */
  readonly publishedAt?: number;
  /** When it was first seen in the current version, in use. */
  readonly promotedAt?: number;
  /**
   * When it was first seen that the current version does not use it any more. Every retirement is counted from here and
   * never from a time that was written before the promotion; without it nothing is destroyed.
   */
  readonly demotedAt?: number;
  /** When an operator ordered that it be retired without overlap. */
  readonly revokedAt?: number;
  /** When the target was told to refuse it. */
  readonly disabledAt?: number;
  /** When a search first found that nothing needs it any more; taken back when a later one finds something. */
  readonly releasedAt?: number;
  /** When it was taken from where it was published; the entry stays while a document still names it. */
  readonly removedAt?: number;
  /** Public half of a signing key while it is published (JWK, RFC 7517). */
  readonly publicJwk?: Readonly<Record<string, unknown>>;
}

/** A rotation that came before its time. Times are epoch milliseconds. */
export interface PostponedRotation {
  /** The version that was not made. */
  readonly versionId: string;
  readonly at: number;
  readonly reason: string;
  /** When it is possible, where the clock decides. */
  readonly until?: number | undefined;
}

/** A step that failed. */
export interface RotationFailure {
  readonly versionId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: string;
  /** Name of the error. */
  readonly outcome: string;
  readonly reason: string;
}

/** Item of the rotation table about one secret. */
export interface RotationRecord {
  readonly pk: string;
  readonly entity: 'rotation';
  readonly secretName: string;
  readonly credentials: readonly CredentialEntry[];
  /** The version that was last seen current, and since when; epoch milliseconds. */
  readonly current?: { readonly versionId: string; readonly since: number };
  /** The version that was last seen pending and not current, and since when; epoch milliseconds. */
  readonly pending?: { readonly versionId: string; readonly since: number };
  /** The last rotation, if it was postponed; until a version is promoted. */
  readonly postponed?: PostponedRotation;
  /** The last step that failed, until a version is promoted. */
  readonly failure?: RotationFailure;
  /** Ids of the last versions that were current, the latest at the end. */
  readonly past?: readonly string[];
  /** The version of the highest generation that was current; one of `past` of a lower generation was moved back. */
  readonly highest?: { readonly versionId: string; readonly generation: number };
  /** Ids of credentials that an operator accepted as lost. */
  readonly lost?: readonly string[];
  /** Optimistic lock. */
  readonly version: number;
}

/** Hash key of the rotation table. */
export const ROTATION_TABLE_KEY = 'pk';

/** Which record of which table. */
export interface RotationRecordPlace {
  readonly region: string;
  /** Name of the rotation table. */
  readonly table: string;
  /** Name of the secret whose record is meant. */
  readonly secretName: string;
}

/** Key of a secret's item. */
export function rotationKey(secretName: string): string {
  return `rotation#${secretName}`;
}

/** Key of the encrypted second copy of an upstream token, for providers without overlap. */
export function recoveryKey(secretName: string): string {
  return `recovery#${secretName}`;
}

/**
 * Reads an item of the rotation table. What cannot be read must not be taken for nothing: credentials would be destroyed, or
 * a public key set would be empty.
 *
 * @throws {Error} when it is no record of this secret
 */
export function parseRotationRecord(item: Readonly<Record<string, unknown>>, secretName: string): RotationRecord {
  const { pk, entity, secretName: name, credentials, version } = item;
  if (
    entity !== 'rotation' ||
    typeof pk !== 'string' ||
    name !== secretName ||
    typeof version !== 'number' ||
    !Array.isArray(credentials) ||
    !credentials.every((one) => typeof one?.id === 'string' && typeof one.addedAt === 'number')
  ) {
    throw new Error(`item of the rotation table is no record of ${secretName}`);
  }
  return { ...item, pk, entity, secretName, credentials, version };
}
