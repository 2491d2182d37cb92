import { MAX_REVOCATION_BYTES, REVOCATIONS_KEY, type RevocationEntry, type RevocationItem } from '../lib/revocation';
import type { TokenServiceConfig } from './config';
import type { Caller } from './http/caller';
import { ProblemError } from './http/problems';
import type { RevocationPageView, RevocationView, RevokeRequest } from './http/revocation-schemas';
import type { TokenServicePorts } from './ports';
import { isoTime } from './views';

/** How often a set that others change meanwhile is read again before the request fails. */
const ATTEMPTS = 5;

/**
 * The set of revocations that every authorizer of the environment reads: for access tokens, which no table holds, and for
 * many tokens at once. Entries go by themselves when the last token that they mean has expired.
 */
export class Revocations {
  constructor(
    private readonly config: TokenServiceConfig,
    private readonly ports: TokenServicePorts,
  ) {}

  async list(): Promise<RevocationPageView> {
    const { entries } = await this.read();
    return { revocations: entries.map(revocationView) };
  }

  /**
   * Revokes what a request names. The same request again gives the entry of the first time.
   *
   * @throws {ProblemError} when the set is full
   */
  async add(
    request: RevokeRequest,
    caller: Caller,
    requestId: string | undefined,
  ): Promise<{ readonly view: RevocationView; readonly created: boolean }> {
    const { kind, value, issuer, reason } = request;
    const issuedBefore = request.issuedBefore === undefined ? undefined : Date.parse(request.issuedBefore) / 1000;
    const now = this.now();
    const entry: RevocationEntry = {
      id: this.ports.newId(),
      kind,
      value,
      ...(issuer === undefined ? {} : { issuer }),
      ...(issuedBefore === undefined ? {} : { issuedBefore }),
      until: now + this.lifetimeOf(kind),
      createdAt: now,
      createdBy: caller.name,
      ...(reason === undefined ? {} : { reason }),
    };
    const result = await this.change((entries) => {
      const same = entries.find((one) => isSame(one, entry));
      // What stands is renewed: tokens that it means may have been issued since.
      const result = same ? { ...same, until: entry.until } : entry;
      return { result, entries: [...entries.filter((one) => one !== same), result] };
    });
    const created = result.id === entry.id;
    if (created) {
      this.log('revocation.add', result, caller, requestId);
    }
    return { view: revocationView(result), created };
  }

  /**
   * Takes an entry back: tokens that nothing else refuses hold again.
   *
   * @throws {ProblemError} when there is no such entry
   */
  async remove(id: string, caller: Caller, requestId: string | undefined): Promise<void> {
    const removed = await this.change((entries) => {
      const entry = entries.find((one) => one.id === id);
      if (!entry) {
        throw new ProblemError('not-found', 'no revocation has this id');
      }
      return { result: entry, entries: entries.filter((one) => one !== entry) };
    });
    this.log('revocation.remove', removed, caller, requestId);
  }

  /** Changes the set, without what has run out, under its optimistic lock. */
  private async change(
    edit: (entries: readonly RevocationEntry[]) => {
      readonly result: RevocationEntry;
      readonly entries: readonly RevocationEntry[];
    },
  ): Promise<RevocationEntry> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = await this.read();
      const { result, entries } = edit(stored.entries.filter(({ until }) => until > this.now()));
      const item: RevocationItem = { ...stored, entries, version: stored.version + 1 };
      if (Buffer.byteLength(JSON.stringify(item)) > MAX_REVOCATION_BYTES) {
        throw new ProblemError(
          'conflict',
          `the set of revocations is full, allowed are ${MAX_REVOCATION_BYTES} bytes: revoke a subject, a client or a key instead of many tokens`,
        );
      }
      if (await this.ports.store.replaceRevocations(item)) {
        return result;
      }
    }
    throw new Error(`the set of revocations changed ${ATTEMPTS} times during one request`);
  }

  private async read(): Promise<RevocationItem> {
    return (
      (await this.ports.store.getRevocations()) ?? {
        pk: REVOCATIONS_KEY,
        entity: 'revocations',
        entries: [],
        version: 0,
      }
    );
  }

  /** How long a token that is meant may live on, in seconds. */
  private lifetimeOf(kind: RevocationEntry['kind']): number {
    const { maxLifetimeSeconds, maxAccessTokenSeconds } = this.config;
    if (kind === 'token') {
      return maxLifetimeSeconds;
    }
    return kind === 'client' ? Math.max(maxLifetimeSeconds, maxAccessTokenSeconds) : maxAccessTokenSeconds;
  }

  /** The value stays out of the log: a subject may be a person. */
  private log(evt: string, { id, kind }: RevocationEntry, caller: Caller, requestId: string | undefined): void {
    this.ports.log({
      level: 'info',
      evt,
      fields: { revocationId: id, kind, actor: caller.name, requestId },
      metrics: {
        namespace: this.config.metricsNamespace,
        dimensions: { Service: 'token-service', Stage: this.config.environment },
        dimensionSets: [['Service', 'Stage']],
        values: { RevocationsChanged: { unit: 'Count', value: 1 } },
      },
    });
  }

  /** Epoch seconds. */
  private now(): number {
    return Math.floor(this.ports.now() / 1000);
  }
}

function isSame(one: RevocationEntry, other: RevocationEntry): boolean {
  return (['kind', 'value', 'issuer', 'issuedBefore'] as const).every((name) => one[name] === other[name]);
}

function revocationView(entry: RevocationEntry): RevocationView {
  const { id, kind, value, issuer, issuedBefore, until, createdAt, createdBy, reason } = entry;
  return {
    id,
    kind,
    value,
    ...(issuer === undefined ? {} : { issuer }),
    ...(issuedBefore === undefined ? {} : { issuedBefore: isoTime(issuedBefore) }),
    until: isoTime(until),
    createdAt: isoTime(createdAt),
    createdBy,
    ...(reason === undefined ? {} : { reason }),
  };
}
