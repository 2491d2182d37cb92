import { createHash } from 'node:crypto';
import type { Log } from '../lib/log';
import { publicKeysOf } from '../lib/public-key-set';
import { refreshedValue } from '../lib/refreshed-value';
import type { RotationRecord } from '../lib/rotation-record';
import type { JwksConfig } from './config';

/** Everything the key set function reaches outside itself. */
export interface JwksPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly readRecord: () => Promise<RotationRecord | undefined>;
  readonly log: Log;
}

/** Answer to a proxy event of a REST API. */
export interface JwksResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Handles a proxy event of a REST API. */
export type JwksHandler = (event: unknown) => Promise<JwksResponse>;

/** Longest time that the function keeps its own copy, in seconds. */
const MEMORY_SECONDS = 30;

/** A key set as it is served. */
interface KeySet {
  readonly body: string;
  readonly tag: string;
}

/** Nothing was published yet. */
class NotPublishedError extends Error {}

/**
 * Serves the public keys of a secret of signing keys (RFC 7517, 5).
 *
 * What it may say is bounded in time: its own copy and the `max-age` for caches add up to `publicationCacheSeconds`, with which the
 * rotation reckons. So it never serves an older copy when the table cannot be read, and never says `stale-if-error`: it answers
 * 503 then, and verifiers go on with the keys that they have.
 */
export function createJwks(config: JwksConfig, ports: JwksPorts): JwksHandler {
  const memorySeconds = Math.min(MEMORY_SECONDS, Math.floor(config.publicationCacheSeconds / 2));
  const maxAge = config.publicationCacheSeconds - memorySeconds;
  const keySet = refreshedValue({
    clock: ports.now,
    read: async () => keySetOf(await ports.readRecord()),
    freshMs: memorySeconds * 1000,
    onFailure: (error) => {
      if (!(error instanceof NotPublishedError)) {
        ports.log({ level: 'error', evt: 'jwks.read_failed', fields: { error: (error as Error).name } });
      }
    },
  });

  return async (event) => {
    let served: KeySet;
    try {
      served = await keySet.get();
    } catch {
      // Why is in the log. An empty set would be remembered by those who read it.
      return {
        statusCode: 503,
        headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '5' },
        body: JSON.stringify({ type: 'about:blank', title: 'Key set not available', status: 503 }),
      };
    }
    const headers = { 'cache-control': `public, max-age=${maxAge}, must-revalidate`, etag: served.tag };
    return ifNoneMatch(event)?.includes(served.tag)
      ? { statusCode: 304, headers, body: '' }
      : { statusCode: 200, headers: { ...headers, 'content-type': 'application/jwk-set+json' }, body: served.body };
  };
}

/** @throws {NotPublishedError} when the record has no public key */
function keySetOf(record: RotationRecord | undefined): KeySet {
  const keys = publicKeysOf(record);
  if (keys.length === 0) {
    throw new NotPublishedError();
  }
  const body = JSON.stringify({ keys });
  return { body, tag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

function ifNoneMatch(event: unknown): string | undefined {
  const { headers } = (event ?? {}) as { headers?: Readonly<Record<string, string>> | null };
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'if-none-match')?.[1];
}
