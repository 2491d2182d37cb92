/**
 * How long caches hold a document, in seconds. Each is a hard bound: whoever keeps a copy for longer must stop using it.
 */
export interface CacheBounds {
  /** Document of whoever signs or hashes (`Cs`). */
  readonly writerCacheSeconds: number;
  /** Published copy between the store and the reader, origin and CDN together (`Cj`); 0 where readers ask the store. */
  readonly publicationCacheSeconds: number;
  /** Key set or document of whoever verifies (`Cv`). */
  readonly verifierCacheSeconds: number;
  /** Difference between any two clocks (`S`). */
  readonly skewSeconds: number;
}

/** What signing keys are timed by. */
export interface SigningTiming extends CacheBounds {
  /** Longest life of a token that is signed (`L`). */
  readonly maxTokenLifetimeSeconds: number;
  /** For how long after a promotion the one before can be brought back. */
  readonly rollBackSeconds: number;
}

/**
 * How long a key must have been published before anything is signed or hashed with it, in seconds:
 * `T_pub = Cj + Cv + S`. A reader that fetched just before the key appeared has forgotten that answer by then.
 */
export function publishSeconds(bounds: CacheBounds): number {
  return bounds.publicationCacheSeconds + bounds.verifierCacheSeconds + bounds.skewSeconds;
}

/**
 * How long a signing key stays published after the promotion of its successor, in seconds. At least
 * `T_retire = Cs + L + S`: a signer may use it until its copy is too old, and what it signed last lives for `L`. Longer
 * where a promotion is to stay reversible: {@link rollBackWindowSeconds} is then `rollBackSeconds`.
 */
export function retireSeconds(timing: SigningTiming): number {
  const { publicationCacheSeconds, verifierCacheSeconds, rollBackSeconds } = timing;
  const untilExpired = timing.writerCacheSeconds + timing.maxTokenLifetimeSeconds + timing.skewSeconds;
  return Math.max(untilExpired, publicationCacheSeconds + verifierCacheSeconds + rollBackSeconds);
}

/**
 * How long after a promotion the staging label may be moved back, in seconds: `T_retire - (Cj + Cv)`. Later there are
 * readers that have forgotten the key that would sign again.
 */
export function rollBackWindowSeconds(timing: SigningTiming): number {
  return retireSeconds(timing) - timing.publicationCacheSeconds - timing.verifierCacheSeconds;
}

/** Entries that a document lists as retired in steady state: `ceil(T_retire / interval)`. */
export function retiredEntries(timing: SigningTiming, intervalSeconds: number): number {
  return Math.ceil(retireSeconds(timing) / intervalSeconds);
}
