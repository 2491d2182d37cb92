import type { Log } from '../lib/log';
import type { RotationRecord } from '../lib/rotation-record';

/** Time, as the rotation sees it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Waits, in milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Labels of the versions of a secret. */
export interface SecretDescription {
  /** Staging labels by version id; versions without a label may be missing. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** Whether the secret is scheduled for deletion. */
  readonly isDeleted: boolean;
}

/** A version that has a value. */
export interface StoredVersion {
  readonly text: string;
  readonly stages: readonly string[];
}

/**
 * The one secret in Secrets Manager. Methods reject with the service's errors, whose exception is `code` or `name`.
 */
export interface SecretsClient {
  describe(): Promise<SecretDescription>;
  /** A version by its id, whatever its labels; `undefined` when it has no value, or none that can be seen yet. */
  get(versionId: string): Promise<StoredVersion | undefined>;
  /** Gives a version its value and AWSPENDING. Rejects with `ResourceExistsException` when it has another value. */
  put(versionId: string, text: string, rotationToken: string | undefined): Promise<void>;
  /** Moves a label; with `from` only if it is there. */
  moveStage(move: {
    readonly stage: string;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  }): Promise<void>;
}

/** The item of the rotation table about the secret. */
export interface RecordStore {
  /** Strongly consistent. */
  read(): Promise<RotationRecord | undefined>;
  /** Writes the record of version `record.version` over that of the version before; `false` when that has changed. */
  write(record: RotationRecord): Promise<boolean>;
}

/** Everything outside the rotation engine but the target of the kind. */
export interface RotationPorts {
  readonly clock: Clock;
  readonly secrets: SecretsClient;
  readonly records: RecordStore;
  readonly log: Log;
}
