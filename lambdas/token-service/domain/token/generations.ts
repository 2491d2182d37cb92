import { generationEnd } from '../../../lib/generation-end';
import { type SecretGeneration, type TokenRecord, withSecrets } from '../../../lib/token-record';

/** Longest overlap of two secrets, in seconds: 30 days. */
export const MAX_OVERLAP_SECONDS = 30 * 86_400;

/** What has secrets: a token, or what else is kept as tokens are. */
export type SecretHolder = Pick<TokenRecord, 'generations' | 'expiresAt' | 'uses'>;

/** New generations, and the names of uses that are not needed any more. */
export interface SecretChange {
  readonly changes: Pick<TokenRecord, 'generations' | 'secrets'>;
  readonly forgotten?: readonly string[];
}

/** How long the secret before a new one is accepted. */
export interface Overlap {
  readonly seconds: number;
  readonly startsAtFirstUse: boolean;
}

/** Generations of a token, the newest first. */
export function newestFirst({ generations }: Pick<TokenRecord, 'generations'>): readonly SecretGeneration[] {
  return [...generations].sort((one, other) => other.number - one.number);
}

/** The generation before the newest while it is still accepted. */
export function overlapping(token: SecretHolder, now: number): SecretGeneration | undefined {
  const [, ...older] = newestFirst(token);
  return older.find((generation) => generationEnd(token, generation) > now);
}

/**
 * A token with a new secret. The secret before it ends with the overlap, and never after the token; one that ended earlier is dropped.
 *
 * @param now epoch seconds
 */
export function withNewSecret(
  token: SecretHolder,
  secret: Pick<SecretGeneration, 'hash' | 'pepperId' | 'request'>,
  overlap: Overlap,
  now: number,
): SecretChange {
  const [newest] = newestFirst(token);
  return newGenerations(token, newest && endingWith(token, newest, overlap, now), secret, now);
}

/**
 * A token whose newest secret is replaced by another, because it was lost; one before it keeps its end.
 *
 * @param now epoch seconds
 */
export function withNewestReplaced(
  token: SecretHolder,
  secret: Pick<SecretGeneration, 'hash' | 'pepperId' | 'request'>,
  now: number,
): SecretChange {
  const [newest] = newestFirst(token);
  const kept = overlapping(token, now) ?? (newest && ended(newest, now));
  return newGenerations(token, kept, secret, now);
}

/**
 * A token whose newest secret alone is accepted; `undefined` when that is so already.
 *
 * @param now epoch seconds
 */
export function withGraceEnded(token: SecretHolder, now: number): SecretChange | undefined {
  const older = overlapping(token, now);
  return older === undefined
    ? undefined
    : {
        changes: withSecrets(
          token.generations.map((generation) => (generation === older ? ended(generation, now) : generation)),
        ),
      };
}

function newGenerations(
  token: SecretHolder,
  kept: SecretGeneration | undefined,
  secret: Pick<SecretGeneration, 'hash' | 'pepperId' | 'request'>,
  now: number,
): SecretChange {
  const [newest] = newestFirst(token);
  const added: SecretGeneration = {
    number: (newest?.number ?? 0) + 1,
    ...secret,
    // Never before the one that it follows, whatever the clocks of two functions say.
    createdAt: Math.max(now, newest?.createdAt ?? 0),
  };
  // Uses of newer generations tell when an overlap begins, so that only those before what is kept can go.
  const firstKept = kept?.number ?? added.number;
  return {
    changes: withSecrets([...(kept === undefined ? [] : [kept]), added]),
    forgotten: Object.keys(token.uses ?? {}).filter((number) => Number(number) < firstKept),
  };
}

function endingWith(
  { expiresAt }: SecretHolder,
  generation: SecretGeneration,
  { seconds, startsAtFirstUse }: Overlap,
  now: number,
): SecretGeneration {
  const end = now + (startsAtFirstUse ? MAX_OVERLAP_SECONDS : seconds);
  return {
    ...generation,
    graceUntil: Math.min(end, expiresAt),
    ...(startsAtFirstUse ? { overlapSeconds: seconds } : {}),
  };
}

function ended({ overlapSeconds: _, ...generation }: SecretGeneration, now: number): SecretGeneration {
  return { ...generation, graceUntil: now };
}
