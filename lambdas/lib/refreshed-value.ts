import { whenReady } from './when-ready';

/** How a value is read, and for how long it may be used. Times are in milliseconds. */
export interface RefreshOptions<V> {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Reads the value. What it resolves to may be as old as the moment at which it was called. */
  readonly read: () => Promise<V>;
  /** Age up to which the value is used without another read. */
  readonly freshMs: number;
  /**
   * Age from which callers wait for a read. From `freshMs` to here the read runs beside them.
   * @default freshMs
   */
  readonly waitMs?: number;
  /**
   * Age from which the value is never used, even when no read succeeds.
   * @default freshMs: a failed read leaves nothing
   */
  readonly staleMs?: number;
  /**
   * Least time from the beginning of one read to the beginning of the next.
   * @default 0
   */
  readonly cooldownMs?: number;
  /**
   * Whether the cool-down also counts reads that begin while there is no value that may be used. Otherwise each request
   * that finds no such value reads.
   * @default false
   */
  readonly alwaysCoolsDown?: boolean;
  /**
   * How long after the beginning of a failed read nobody waits for another while the value may still be used.
   * @default cooldownMs
   */
  readonly patienceMs?: number;
  /**
   * A value to begin with. Its age counts from the first use, as that of a value which is no longer fresh.
   * @default - the first caller waits for a read
   */
  readonly initial?: V | undefined;
  /**
   * Receives the error of each failed read.
   * @default - the error is seen only by callers who wait and have no value that may be used
   */
  readonly onFailure?: (error: unknown) => void;
}

/** A value that is read again as it ages. */
export interface RefreshedValue<V> {
  /**
   * The value: at once where no read has to be waited for. A promise rejects with the error of the last read when there is no
   * value that may be used.
   */
  get(): V | Promise<V>;
  /**
   * What `look` gives for the value, or where that is `undefined`, for one that was read again: no read began more than
   * `cooldownMs` before it. A promise rejects as that of `get`, and also when the last read failed and the value lacks what was looked
   * for: an answer would say that it is not there, and it may be new.
   */
  find<T>(look: (value: V) => T | undefined): T | undefined | Promise<T | undefined>;
}

/**
 * Keeps a value in memory that is read from elsewhere, with at most one read at a time. Its age counts from before its read, so that
 * nothing that changed during the read is used for longer than promised; a failed read makes no value younger; and a value from
 * the future, after the clock was put back, has no known age and is read again.
 *
 * The same idea as `ExpirableValue` and `BaseProvider` of Powertools for AWS Lambda, which expire a value by the clock alone.
 */
export function refreshedValue<V>({
  clock,
  read,
  freshMs,
  waitMs = freshMs,
  staleMs = freshMs,
  cooldownMs = 0,
  alwaysCoolsDown,
  patienceMs = cooldownMs,
  initial,
  onFailure,
}: RefreshOptions<V>): RefreshedValue<V> {
  let held = initial as V;
  /** Beginning of the read that brought the value. */
  let readAt: number | undefined;
  /** Beginning of the last read that counts for the cool-down. */
  let countedAt: number | undefined;
  let pending: Promise<void> | undefined;
  /** The last read, if it failed. */
  let failure: { readonly error: unknown; readonly at: number } | undefined;

  /** Whether a span lasts. None does that never began, since a comparison with `undefined` is false. */
  function isWithin(since: number | undefined, ms: number, now: number): boolean {
    const beginning = since as number;
    return now >= beginning && now < beginning + ms;
  }

  function isUsable(now: number): boolean {
    return isWithin(readAt, staleMs, now);
  }

  /** The read that runs, or a new one; `undefined` while the cool-down holds it back. It never rejects. */
  function reading(now: number): Promise<void> | undefined {
    if (!pending && (alwaysCoolsDown || isUsable(now))) {
      if (isWithin(countedAt, cooldownMs, now)) {
        return undefined;
      }
      countedAt = now;
    }
    pending ??= read()
      .then(
        (value) => {
          held = value;
          readAt = now;
          failure = undefined;
        },
        (error: unknown) => {
          failure = { error, at: now };
          onFailure?.(error);
        },
      )
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  /**
   * The value after a read. One that somebody else began long ago may have been frozen together with the function, so that it fails
   * when both go on: after that read another may follow.
   */
  async function afterRead(isRenewal: boolean): Promise<V> {
    if (pending) {
      await pending;
      if (!isRenewal && isUsable(clock())) {
        return held;
      }
    }
    await reading(clock());
    if ((isRenewal && failure) || !isUsable(clock())) {
      throw failure ? failure.error : new Error('value is too old');
    }
    return held;
  }

  function get(): V | Promise<V> {
    const now = clock();
    if (initial !== undefined) {
      readAt = now - freshMs;
      initial = undefined;
    }
    if (isWithin(readAt, freshMs, now)) {
      return held;
    }
    const isPatient = isWithin(failure?.at, patienceMs, now);
    if (!isWithin(readAt, isPatient ? staleMs : waitMs, now)) {
      return afterRead(false);
    }
    // Not waited for.
    void reading(now);
    return held;
  }

  return { get, find: (look) => whenReady(get(), (value) => look(value) ?? afterRead(true).then(look)) };
}
