import { REVOCATION_KINDS, REVOCATIONS_KEY, type RevocationEntry } from '../lib/revocation';
import { NO_REVOCATIONS, type RevocationSet, revocationSet } from '../lib/revocation-set';
import { readItem } from './api-token/record';
import type { AuthorizerConfig } from './config';
import type { AuthorizerPorts } from './ports';
import { AuthorizerError } from './reasons';

/** Access to the set of the environment. */
export interface Revocations {
  /**
   * The set as fresh as a mode asks: `strict` reads it now, consistently; `bounded` answers with one that is no older than
   * `refreshSeconds`, or `maxAgeSeconds` while the table cannot be read. A promise rejects with an {@link AuthorizerError}
   * when there is none.
   */
  read(mode: 'strict' | 'bounded'): RevocationSet | Promise<RevocationSet>;
}

const MALFORMED = 'set of revocations is malformed';

/** Time after a failed read in which none is tried, so that requests do not wait for a table that is down. */
const RETRY_MS = 1000;

/** Keeps the revocations of the token table in memory; see `RevocationConfig`. Without a table there are none. */
export function createRevocations(config: AuthorizerConfig, ports: AuthorizerPorts): Revocations {
  if (!config.apiTokens) {
    return { read: () => NO_REVOCATIONS };
  }
  const { refreshSeconds, maxAgeSeconds } = config.revocation;
  let held: { readonly set: RevocationSet; readonly readAt: number } | undefined;
  let pending: Promise<RevocationSet> | undefined;
  let nextAttempt = 0;

  async function refresh(now: number): Promise<RevocationSet> {
    try {
      const set = revocationSet(await readEntries(ports, false));
      // The age counts from before the read, because what was revoked during it may be missing.
      held = { set, readAt: now };
      return set;
    } catch (error) {
      if (!held || now >= held.readAt + maxAgeSeconds * 1000) {
        throw error;
      }
      nextAttempt = now + RETRY_MS;
      ports.warn('revocations_refresh_failed', error);
      return held.set;
    } finally {
      pending = undefined;
    }
  }

  return {
    read(mode) {
      if (mode === 'strict') {
        return readEntries(ports, true).then(revocationSet);
      }
      const now = ports.clock();
      const age = held ? (now - held.readAt) / 1000 : Number.POSITIVE_INFINITY;
      if (held && (age < refreshSeconds / 2 || (now < nextAttempt && age < maxAgeSeconds))) {
        return held.set;
      }
      pending ??= refresh(now);
      // A busy function reads ahead of time, beside its requests, so that none of them waits.
      return held && age < refreshSeconds ? held.set : pending;
    },
  };
}

async function readEntries(ports: AuthorizerPorts, consistent: boolean): Promise<readonly RevocationEntry[]> {
  const item = await readItem(ports, REVOCATIONS_KEY, 'revocations', consistent);
  if (!item) {
    return [];
  }
  // Before entries had names they were a list. An item that has neither is damaged, and not empty.
  const { entries = item.named && [], named = entries && {} } = item;
  if (!Array.isArray(entries) || typeof named !== 'object' || named === null || Array.isArray(named)) {
    throw new AuthorizerError('store_error', MALFORMED);
  }
  const all = [...entries, ...Object.values(named)];
  if (!all.every(isEntry)) {
    throw new AuthorizerError('store_error', MALFORMED);
  }
  return all;
}

function isEntry(entry: unknown): boolean {
  const { kind, value, issuer = '', issuedBefore = 0, until } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  return (
    REVOCATION_KINDS.some((one) => one === kind) &&
    [value, issuer].every((one) => typeof one === 'string') &&
    [issuedBefore, until].every((one) => typeof one === 'number')
  );
}
