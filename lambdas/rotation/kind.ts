import type { CredentialEntry, RotationRecord } from '../lib/rotation-record';
import type { KindName } from './config';
import type { PayloadReader, SecretDocument } from './document';
import type { Clock } from './ports';

/** A credential in a document: `current` is used, `next` will be, `retired` is only accepted. */
export interface Credential {
  readonly id: string;
  readonly role: 'next' | 'current' | 'retired';
  /** What the record is to say of it, where the document tells. */
  readonly targetId?: string;
  readonly publicJwk?: Readonly<Record<string, unknown>>;
}

/** A version whose document could be read. */
export interface Version<P> {
  readonly versionId: string;
  readonly document: SecretDocument<P>;
}

/** What kinds may do with the record of their secret. */
export interface RecordAccess {
  read(): Promise<RotationRecord | undefined>;
  /** Adds an entry, or changes the one with its id. A member that is `undefined` is taken away. */
  note(entry: EntryChange): Promise<CredentialEntry>;
  /** Forgets an entry, once its credential is gone. */
  forget(id: string): Promise<void>;
}

/** What a rotation has to wait for. */
export interface TooEarly {
  /** Names credentials and times, and holds no value. */
  readonly reason: string;
  /** When it is possible, epoch milliseconds; `undefined` when the clock alone does not decide. */
  readonly until?: number | undefined;
}

/** Members of an entry to change. */
export type EntryChange = { readonly id: string } & {
  readonly [K in keyof CredentialEntry]?: CredentialEntry[K] | undefined;
};

/** What every call of a kind is told. */
export interface KindContext {
  readonly secretName: string;
  readonly clock: Clock;
  readonly record: RecordAccess;
}

/** One step for one version. */
export interface StepContext<P> extends KindContext {
  /** Id of the version, the ClientRequestToken. */
  readonly versionId: string;
  readonly payload: P;
  /** The current version, if it is another; `undefined` before the first. */
  readonly current: Version<P> | undefined;
}

/** The making of a new version. */
export interface CreateContext<P> extends Omit<StepContext<P>, 'payload'> {
  /** Every credential on record, after the reaper has run. */
  readonly entries: readonly CredentialEntry[];
  /** Whether the version has a value after all, which took some time to be seen. */
  readonly hasValue: () => Promise<boolean>;
  /** Whether a destructive call on a credential is safe now: labels and documents are read again. */
  readonly mayDestroy: DestroyCheck;
}

/**
 * Whether nothing current or pending refers to a credential; labels are read again at each call. Rejects when that cannot be
 * known. `versionId` is the version that brought it, where its document may not be there yet.
 */
export type DestroyCheck = (credential: {
  readonly id: string;
  readonly versionId?: string | undefined;
}) => Promise<boolean>;

/** What was done to a credential that is not needed any more. */
export type HowRetired = 'disabled' | 'deleted' | 'unpublished';

/** One run of the reaper. */
export interface ReapContext<P> extends KindContext {
  readonly current: Version<P>;
  readonly previous: Version<P> | undefined;
  /** The pending version; without a document while it has no value. */
  readonly pending: { readonly versionId: string; readonly document: SecretDocument<P> | undefined } | undefined;
  /** Every credential on record, after what is current was noted. */
  readonly entries: readonly CredentialEntry[];
  /** Whether a rotation waits for room: credentials that never were current then go at once. */
  readonly isUrgent: boolean;
  readonly mayDestroy: DestroyCheck;
  /** The document of any version that still exists; `undefined` when there is none. */
  readonly readVersion: (versionId: string) => Promise<Version<P> | undefined>;
  /** Counts and logs a credential that is gone. */
  readonly retired: (id: string, how: HowRetired) => void;
}

/**
 * What one kind of secret does at each step. Every method may be called again after any crash, and must then lead to the
 * same end. Nothing but `reap` destroys; exceptions are named where they are.
 */
export interface SecretKind<P> {
  readonly name: KindName;
  readonly readPayload: PayloadReader<P>;
  credentials(payload: P): readonly Credential[];
  /** Why the version after this one cannot be made yet, where only time is lacking. Asked before `create`, and by `status`. */
  tooEarly?(state: {
    readonly payload: P;
    /** Every credential on record. */
    readonly entries: readonly CredentialEntry[];
    /** Epoch milliseconds. */
    readonly now: number;
  }): TooEarly | undefined;
  /** Whether readers see a credential only while the current document has it. @default false */
  readonly isPublishedByDocument?: boolean;
  /**
   * The payload of a new version, for which it is not too early.
   *
   * @throws {RotationRefusedError} when there is no room, before anything is written
   */
  create(context: CreateContext<P>): Promise<P>;
  /** Makes the target accept the version in addition to the current one. */
  set(context: StepContext<P>): Promise<void>;
  /**
   * Proves that the version works. It is called again just before the promotion.
   *
   * @throws {RotationRetryableError} when it does not, yet
   * @throws {RotationAbandonedError} when it never will
   */
  test(context: StepContext<P>): Promise<void>;
  /** Checks what can be checked without a value: that the target can be reached. Writes nothing. */
  dryRun(context: KindContext): Promise<void>;
  /** Retires what is due. It rejects, and has destroyed nothing more, when it cannot see enough. */
  reap(context: ReapContext<P>): Promise<void>;
  /** When a credential that is not in use is due, epoch milliseconds; `undefined` when the clock does not decide. */
  retireAt(entry: CredentialEntry): number | undefined;
  /**
   * Credentials that somebody needs and the payload lacks, by id with the number of those who do. Making a new version from
   * such a payload would lose them for good.
   */
  missing?(payload: P, now: number): Promise<ReadonlyMap<string, number>>;
  /** How many still use each credential, by its id, where that can be told. */
  inUseBy?(entries: readonly CredentialEntry[], now: number): Promise<ReadonlyMap<string, number>>;
  /** Until when a promotion at `since` may be taken back, epoch milliseconds. */
  rollBackUntil(since: number): number;
}
