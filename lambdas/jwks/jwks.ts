import { createHash } from 'node:crypto';
import type { Log } from '../lib/log';
import type { RotationRecord } from '../lib/rotation-record';
import { publicMembers } from '../lib/signing-keys';
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

interface KeySet {
  readonly body: string;
  readonly tag: string;
  readonly readAt: number;
}

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
  let held: KeySet | undefined;

  async function keySet(): Promise<KeySet | undefined> {
    const now = ports.now();
    if (held && now >= held.readAt && now < held.readAt + memorySeconds * 1000) {
      return held;
    }
    held = undefined;
    const record = await ports.readRecord();
    const keys = (record?.credentials ?? [])
      .flatMap(({ publicJwk }) => (publicJwk ? [publicMembers(publicJwk)] : []))
      .sort((a, b) => (String(a.kid) < String(b.kid) ? -1 : 1));
    if (keys.length === 0) {
      return undefined;
    }
    const body = JSON.stringify({ keys });
    held = { body, tag: `"${createHash('sha256').update(body).digest('base64url')}"`, readAt: now };
    return held;
  }

  return async (event) => {
    let found: KeySet | undefined;
    try {
      found = await keySet();
    } catch (error) {
      const { name } = error as Error;
      ports.log({ level: 'error', evt: 'jwks.read_failed', fields: { error: name } });
    }
    if (!found) {
      // An empty set would be remembered; nothing was published yet, or it cannot be read.
      return {
        statusCode: 503,
        headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '5' },
        body: JSON.stringify({ type: 'about:blank', title: 'Key set not available', status: 503 }),
      };
    }
    const headers = { 'cache-control': `public, max-age=${maxAge}, must-revalidate`, etag: found.tag };
    return ifNoneMatch(event)?.includes(found.tag)
      ? { statusCode: 304, headers, body: '' }
      : { statusCode: 200, headers: { ...headers, 'content-type': 'application/jwk-set+json' }, body: found.body };
  };
}

function ifNoneMatch(event: unknown): string | undefined {
  const { headers } = (event ?? {}) as { headers?: Readonly<Record<string, string>> | null };
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'if-none-match')?.[1];
}
