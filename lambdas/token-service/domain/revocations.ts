import { TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import {
  entriesOf,
  MAX_APPLICATION_REVOCATION_BYTES,
  MAX_OWN_REVOCATION_BYTES,
  MAX_REVOCATION_BYTES,
  NO_TOKEN_ID,
  REVOCATIONS_KEY,
  type RevocationEntry,
  type RevocationItem,
} from '../../lib/revocation';
import { satisfies } from '../../lib/scopes';
import { ADMINISTRATION_APPLICATION, type ListedToken, type TokenRecord } from '../../lib/token-record';
import type { TokenServiceConfig } from '../config';
import type { Caller } from '../http/caller';
import { invalidRequest, ProblemError } from '../http/problems';
import type { RevocationPageView, RevocationView, RevokeRequest } from '../http/revocation-schemas';
import { type Authority, authorityOf, DIRECT_INVOCATION, isAdministratorToken } from './authority';
import type { ListPosition, TokenServicePorts } from './ports';
import { ATTEMPTS, backoffMs } from './retry';
import { entryKey, standing } from './revocation-item';
import { isoTime } from './views';

/** Tokens that a reset reads at a time. */
const RESET_PAGE = 100;

/** Kinds whose values are unique within an issuer only, and need one. */
const KINDS_OF_ISSUER: readonly string[] = ['jti', 'sub', 'kid'];

/** What is said of an entry. */
type Meaning = Pick<RevocationEntry, 'kind' | 'value'> & { readonly issuer?: string | undefined };

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
    const item = await this.ports.store.getRevocations();
    return { revocations: item === undefined ? [] : entriesOf(item).sort(byTime).map(revocationView) };
  }

  /**
   * Revokes what a request names. The same request again gives the entry of the first time.
   *
   * @throws {ProblemError} when the request names no known issuer, the caller may not revoke that, or the set is full
   */
  async add(
    request: RevokeRequest,
    caller: Caller,
    requestId: string | undefined,
  ): Promise<{ readonly view: RevocationView; readonly created: boolean }> {
    const authority = await authorityOf(caller, this.config, this.ports);
    const { kind, value, reason } = request;
    const issuer = this.issuerOf(request);
    await this.refuseUnlessMeant(authority, { kind, value, issuer });
    const issuedBefore = request.issuedBefore === undefined ? undefined : Date.parse(request.issuedBefore) / 1000;
    const { entry, created } = await this.stand(
      {
        kind,
        value,
        ...(issuer === undefined ? {} : { issuer }),
        ...(issuedBefore === undefined ? {} : { issuedBefore }),
        until: this.now() + this.lifetimeOf(request),
        ...madeBy(authority),
        ...(reason === undefined ? {} : { reason }),
      },
      authority.revocations,
    );
    if (created) {
      this.log('revocation.add', entry, caller, requestId);
    }
    return { view: revocationView(entry), created };
  }

  /**
   * Lets what a token has issued end with it, by an entry that stands until the last of it has expired. Nothing is done for a
   * token that cannot have issued any, nor for an administrator's, whose tokens stand by themselves.
   */
  async endDescendants(token: TokenRecord, authority: Authority): Promise<void> {
    if (this.mayHaveIssued(token)) {
      const reason = 'the token was revoked, and may have issued others';
      const made = madeBy(authority);
      await this.stand(
        { kind: 'token', value: token.id, until: token.expiresAt, ...made, reason },
        authority.revocations,
      );
    }
  }

  private mayHaveIssued(token: Pick<TokenRecord, 'scopes' | 'application' | 'expiresAt'>): boolean {
    const mayIssue = satisfies(token.scopes, [[TOKEN_SERVICE_SCOPES.write]]);
    return mayIssue && !isAdministratorToken(token) && token.expiresAt > this.now();
  }

  /**
   * Takes an entry back: tokens that nothing else refuses hold again.
   *
   * @throws {ProblemError} when there is no such entry, it is final, or the caller may not revoke what it means
   */
  async remove(id: string, caller: Caller, requestId: string | undefined): Promise<void> {
    const authority = await authorityOf(caller, this.config, this.ports);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Nothing is made for the sake of what is not there.
      const item = (await this.ports.store.getRevocations()) && (await this.item());
      const [key, entry] = Object.entries(item?.named ?? {}).find(([, one]) => one.id === id) ?? [];
      if (key === undefined || entry === undefined) {
        throw new ProblemError('not-found', 'no revocation has this id');
      }
      await this.refuseUnlessMeant(authority, entry);
      refuseForeign(authority, entry);
      await this.refuseFinal(entry);
      if (await this.ports.store.removeRevocation(key, entry)) {
        this.log('revocation.remove', entry, caller, requestId);
        return;
      }
      await this.pause(attempt);
    }
    throw new Error(`the revocation changed ${ATTEMPTS} times during one request`);
  }

  /**
   * Makes the set an empty one, in whatever state it is: the way back in for whoever may invoke the function.
   *
   * What tokens issued that are revoked for good stays refused: their records say so.
   *
   * @returns how many revocations are gone; `undefined` when they could not be counted
   */
  async reset(): Promise<number | undefined> {
    const item = await this.ports.store.getRevocations();
    await this.ports.store.resetRevocations();
    await this.endDescendantsOfRevoked();
    this.ports.log({ level: 'warn', evt: 'revocation.reset', fields: { actor: 'direct-invocation' } });
    try {
      return item === undefined ? 0 : entriesOf(item).length;
    } catch {
      // A damaged set is what this is for.
      return undefined;
    }
  }

  /** Entries for tokens whose records are revoked; one is enough for a line of them. */
  private async endDescendantsOfRevoked(): Promise<void> {
    const revoked = new Map<string, ListedToken>();
    let after: ListPosition | undefined;
    do {
      const { tokens, next } = await this.ports.store.listTokens({ limit: RESET_PAGE, after });
      for (const token of tokens) {
        if (token.status === 'revoked' && this.mayHaveIssued(token)) {
          revoked.set(token.id, token);
        }
      }
      after = next;
    } while (after !== undefined);
    for (const { id, ancestors = [], expiresAt } of revoked.values()) {
      if (!ancestors.some(({ tokenId, administrator }) => !administrator && revoked.has(tokenId))) {
        const reason = 'the token is revoked for good, and may have issued others';
        const made = { createdBy: DIRECT_INVOCATION, reason };
        await this.stand({ kind: 'token', value: id, until: expiresAt, ...made }, undefined);
      }
    }
  }

  /** Puts an entry into the set, or renews the one that means the same: tokens that it means may have been issued since. */
  private async stand(
    wanted: Omit<RevocationEntry, 'id' | 'createdAt'>,
    read: RevocationItem | undefined,
  ): Promise<{ readonly entry: RevocationEntry; readonly created: boolean }> {
    const entry: RevocationEntry = { id: this.ports.newId(), ...wanted, createdAt: this.now() };
    const key = entryKey(entry);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = await this.item(attempt === 0 ? read : undefined);
      const same = item.named?.[key];
      const isStanding = same !== undefined && same.until > this.now();
      const next = isStanding ? { ...same, until: Math.max(same.until, entry.until) } : entry;
      if (!isStanding) {
        this.refuseFull(item, next);
      }
      if (await this.ports.store.putRevocation(key, next, same)) {
        await this.sweep(item, key);
        return { entry: next, created: !isStanding };
      }
      await this.pause(attempt);
    }
    throw new Error(`the revocation changed ${ATTEMPTS} times during one request`);
  }

  /** The set with a name for each entry; it is made where there is none. */
  private async item(read?: RevocationItem): Promise<RevocationItem> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = (attempt === 0 && read) || (await this.ports.store.getRevocations());
      if (stored?.named !== undefined && stored.entries === undefined) {
        return stored;
      }
      const all = stored === undefined ? [] : standing(stored, this.now());
      const item: RevocationItem = {
        pk: REVOCATIONS_KEY,
        entity: 'revocations',
        named: Object.fromEntries(all.map((one) => [entryKey(one), one])),
        version: (stored?.version ?? 0) + 1,
      };
      if (await this.ports.store.replaceRevocations(item)) {
        return item;
      }
      await this.pause(attempt);
    }
    throw new Error(`the set of revocations changed ${ATTEMPTS} times while it was being made`);
  }

  /** Takes away what has run out. Whoever comes next does what fails here. */
  private async sweep(item: RevocationItem, written: string): Promise<void> {
    const over = Object.entries(item.named ?? {}).filter(([key, { until }]) => key !== written && until <= this.now());
    for (const [key, entry] of over) {
      await this.ports.store.removeRevocation(key, entry);
    }
  }

  private refuseFull(item: RevocationItem, entry: RevocationEntry): void {
    const entries = [...standing(item, this.now()), entry];
    const isOver = (some: readonly RevocationEntry[], most: number) => Buffer.byteLength(JSON.stringify(some)) > most;
    const advice = 'revoke a subject, a client or a key instead of many tokens';
    const { application } = entry;
    if (isOver(entries, application === undefined ? MAX_REVOCATION_BYTES : MAX_OWN_REVOCATION_BYTES)) {
      throw new ProblemError(
        'conflict',
        `the set of revocations is full, allowed are ${MAX_REVOCATION_BYTES} bytes: ${advice}`,
      );
    }
    const own = entries.filter((one) => one.application === application);
    if (application !== undefined && isOver(own, MAX_APPLICATION_REVOCATION_BYTES)) {
      throw new ProblemError(
        'conflict',
        `the application's share of the set of revocations is full, allowed are ${MAX_APPLICATION_REVOCATION_BYTES} bytes: ${advice}`,
      );
    }
  }

  /** Issuer of what is to be revoked; where the platform trusts one alone, it need not be named. */
  private issuerOf({ kind, issuer, value }: RevokeRequest): string | undefined {
    const { issuers } = this.config;
    const found = issuer ?? (KINDS_OF_ISSUER.includes(kind) && issuers?.length === 1 ? issuers[0] : undefined);
    if (found === undefined && KINDS_OF_ISSUER.includes(kind)) {
      throw invalidRequest([
        {
          pointer: '#/issuer',
          detail: `issuer is missing, expected one with ${kind}: it is unique within its issuer only`,
        },
      ]);
    }
    const named = kind === 'issuer' ? value : found;
    if (named !== undefined && issuers !== undefined && !issuers.includes(named)) {
      const member = kind === 'issuer' ? 'value' : 'issuer';
      const known =
        issuers.length === 0 ? 'no issuer, there are none' : `one of ${issuers.map((one) => `"${one}"`).join(', ')}`;
      throw invalidRequest([
        { pointer: `#/${member}`, detail: `${member} is ${JSON.stringify(named)}, expected ${known}` },
      ]);
    }
    return found;
  }

  /**
   * Refuses what would lock administrators out, and what reaches beyond the caller: without the scope for it a caller revokes its
   * own application, its own access tokens, and tokens of its application or derived from its own.
   */
  private async refuseUnlessMeant(authority: Authority, { kind, value, issuer }: Meaning): Promise<void> {
    if (kind === 'client' && issuer === undefined && value === ADMINISTRATION_APPLICATION) {
      throw new ProblemError('protected', 'tokens of administrators are revoked one by one');
    }
    const { caller } = authority;
    const isOfToken = issuer === undefined && (kind === 'token' || kind === 'ancestor');
    const token = isOfToken && !authority.isAdministrator ? await this.ports.store.getToken(value) : undefined;
    if (token && isAdministratorToken(token)) {
      throw new ProblemError('protected', 'an administrator alone revokes the token of one, or what it issued');
    }
    const own = {
      token: token !== undefined && authority.reaches(token),
      ancestor: token !== undefined && authority.reaches(token),
      client: issuer === undefined && value === caller.application,
      sub: issuer === caller.issuer && value === caller.subject,
      jti: issuer === caller.issuer && value === caller.tokenId && value !== NO_TOKEN_ID,
      kid: false,
      issuer: false,
    };
    if (!authority.revokesAll && !own[kind]) {
      throw new ProblemError(
        'wider-than-caller',
        `the caller may revoke its own tokens and those of its application, others need ${TOKEN_SERVICE_SCOPES.revocations}`,
      );
    }
  }

  /** A token whose record is revoked stays so, and with it what it issued. */
  private async refuseFinal({ kind, value }: RevocationEntry): Promise<void> {
    if (kind === 'token' && (await this.ports.store.getToken(value))?.status === 'revoked') {
      throw new ProblemError('conflict', 'the token is revoked for good, and what it issued with it');
    }
  }

  /** How long a token that is meant may live on, in seconds. */
  private lifetimeOf({ kind, issuer }: RevokeRequest): number {
    const { maxLifetimeSeconds, maxAccessTokenSeconds } = this.config;
    if (kind === 'token' || kind === 'ancestor') {
      return maxLifetimeSeconds;
    }
    // What an access token issued lives no longer than it does.
    return kind === 'client' && issuer === undefined
      ? Math.max(maxLifetimeSeconds, maxAccessTokenSeconds)
      : maxAccessTokenSeconds;
  }

  private pause(attempt: number): Promise<void> {
    return this.ports.wait(backoffMs(attempt, this.ports.random()));
  }

  /** The value stays out of the log: a subject may be a person. */
  private log(evt: string, { id, kind }: RevocationEntry, caller: Caller, requestId: string | undefined): void {
    this.ports.log({
      level: 'info',
      evt,
      fields: { revocationId: id, kind, actor: caller.principal, requestId },
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

/** Who makes an entry; those who may revoke everything have no share that could be full. */
function madeBy({ caller, revokesAll }: Authority): Pick<RevocationEntry, 'createdBy' | 'application'> {
  // A caller without an application has a share of its own, with all others that have none.
  return { createdBy: caller.principal, ...(revokesAll ? {} : { application: caller.application ?? '' }) };
}

/** Without the scope for it a caller takes back what it made itself, and nothing that others made against it. */
function refuseForeign({ caller, revokesAll }: Authority, { createdBy }: RevocationEntry): void {
  if (!revokesAll && createdBy !== caller.principal) {
    throw new ProblemError(
      'wider-than-caller',
      `the caller may take back what it revoked itself, other revocations need ${TOKEN_SERVICE_SCOPES.revocations}`,
    );
  }
}

function byTime(one: RevocationEntry, other: RevocationEntry): number {
  return one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
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
