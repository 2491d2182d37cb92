import { refreshedValue } from '../lib/refreshed-value';
import { REVOCATION_KINDS, REVOCATIONS_KEY, type RevocationEntry, type RevocationKind } from '../lib/revocation';
import { NO_REVOCATIONS, type RevocationSet, revocationSet, type ToSet } from '../lib/revocation-set';
import { readItem } from './api-token/record';
import type { AuthorizerConfig } from './config';
import { optionalParts } from './optional-parts';
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

/** Time after a failed read in which none is tried, so that requests do not wait for a table that is down. */
const RETRY_MS = 1000;

/** Keeps the revocations of the token table in memory; see `RevocationConfig`. Without a table there are none. */
export function createRevocations(config: AuthorizerConfig, ports: AuthorizerPorts): Revocations {
  if (!config.apiTokens) {
    return { read: () => NO_REVOCATIONS };
  }
  const toSet = config.issuers.some(({ ownIssuer }) => ownIssuer)
    ? optionalParts.ownIssuer().derivedSet
    : revocationSet;
  const refreshMs = config.revocation.refreshSeconds * 1000;
  const bounded = refreshedValue({
    clock: ports.clock,
    read: () => readSet(ports, false, toSet),
    // A busy function reads ahead of time, beside its requests, so that none of them waits.
    freshMs: refreshMs / 2,
    waitMs: refreshMs,
    staleMs: config.revocation.maxAgeSeconds * 1000,
    cooldownMs: RETRY_MS,
    onFailure: (error) => ports.warn('revocations_refresh_failed', error),
  });
  return { read: (mode) => (mode === 'strict' ? readSet(ports, true, toSet) : bounded.get()) };
}

/** @throws {AuthorizerError} when it cannot be read or is malformed */
export async function readSet(
  ports: Pick<AuthorizerPorts, 'readItem'>,
  consistent: boolean,
  toSet: ToSet = revocationSet,
): Promise<RevocationSet> {
  const item = await readItem(ports, REVOCATIONS_KEY, 'revocations', consistent);
  if (!item) {
    return NO_REVOCATIONS;
  }
  // Before entries had names they were a list. An item that has neither is damaged, and not empty.
  const { entries = item.named && [], named = entries && {} } = item;
  if (Array.isArray(entries) && typeof named === 'object' && named !== null && !Array.isArray(named)) {
    const all: unknown[] = [...entries, ...Object.values(named)];
    if (all.every(isEntry)) {
      return toSet(all, item);
    }
  }
  throw new AuthorizerError('store_error', 'set of revocations is malformed');
}

function isEntry(entry: unknown): entry is RevocationEntry {
  const { kind, value, issuer = '', issuedBefore = 0, until } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  return (
    REVOCATION_KINDS.includes(kind as RevocationKind) &&
    [value, issuer].every((member) => typeof member === 'string') &&
    [issuedBefore, until].every((member) => typeof member === 'number')
  );
}
