import type { Caller } from '../../../lib/caller';
import { TOKEN_SERVICE_SCOPES } from '../../../lib/platform-scopes';
import type { RevocationEntry, RevocationItem } from '../../../lib/revocation';
import { satisfies } from '../../../lib/scopes';
import type { ListedToken, TokenRecord } from '../../../lib/token-record';
import { SOURCE_ENTRY_SECONDS } from '../../../lib/token-source';
import { isAdministratorToken } from '../authority/administrators';
import type { Authority } from '../authority/authority';
import { authorityOf, DIRECT_INVOCATION, readerOf } from '../authority/authority-of';
import type { Changes } from '../changes';
import type { RevokeTokens } from '../commands';
import { Fault } from '../fault';
import { countOf } from '../metrics';
import { type Actor, actorOf, type Origin } from '../origin';
import { epochSeconds, type ListPosition, type WorkPorts } from '../ports';
import type { TokenSettings } from '../settings';
import { type RevocationPageView, type RevocationView, revocationView } from '../views';
import { dropKeptResults } from './kept-results';
import { type NewEntry, RevocationRegister } from './register';
import { madeBy, refuseBeyond, refuseToTakeBack } from './rights';
import { Sources } from './sources';

/** Tokens that a reset reads at a time. */
const RESET_PAGE = 100;

/** Kinds whose values are unique within an issuer only, and need one. */
const KINDS_OF_ISSUER: readonly string[] = ['jti', 'sub', 'kid'];

/**
 * Revokes access tokens, which no table holds, and many tokens at once, by the set of revocations that every authorizer of the
 * environment reads. Entries go by themselves when the last token that they mean has expired.
 */
export class Revocations {
  /** Ends access tokens with what they were derived from. */
  readonly sources: Sources;
  private readonly register: RevocationRegister;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: WorkPorts,
    changes: Changes,
  ) {
    this.register = new RevocationRegister(ports, changes);
    this.sources = new Sources(settings, ports);
  }

  /** Every revocation for those who may read them all; for others what they revoked themselves and what means their application. */
  async list({ caller }: Origin): Promise<RevocationPageView> {
    const { role } = await readerOf(caller, this.settings, this.ports).require('revocation.read');
    const entries = await this.register.entries();
    const shown = role === 'anyone' ? entries.filter((entry) => concerns(entry, caller)) : entries;
    return { revocations: shown.map(revocationView) };
  }

  /**
   * Revokes what a request names, and drops what gateways keep of it. The same request again gives the entry of the first time.
   *
   * @throws {Fault} as {@link enter} does
   */
  async add(
    request: RevokeTokens,
    origin: Origin,
  ): Promise<{ readonly view: RevocationView; readonly created: boolean }> {
    const { entry, created } = await this.enter(request, origin);
    await dropKeptResults(this.ports, this.settings, origin.requestId);
    const { setSeconds } = this.settings.revocationBounds ?? {};
    const bound = setSeconds === undefined ? {} : { effectiveWithinSeconds: setSeconds };
    return { view: { ...revocationView(entry), ...bound }, created };
  }

  /**
   * Puts what a request names into the set. Whoever enters several drops the kept results once, when the last is there: the control plane takes
   * few calls.
   *
   * @throws {Fault} when the request names no known issuer, the caller may not revoke that, or the set is full
   */
  async enter(
    request: RevokeTokens,
    origin: Origin,
  ): Promise<{ readonly entry: RevocationEntry; readonly created: boolean }> {
    const authority = await authorityOf(origin.caller, this.settings, this.ports);
    const { kind, value, reason } = request;
    const issuer = this.issuerOf(request);
    await refuseBeyond(authority, { kind, value, issuer }, this.ports.store);
    const issuedBefore = request.issuedBefore === undefined ? undefined : Date.parse(request.issuedBefore) / 1000;
    const { entry, created } = await this.register.put(
      {
        kind,
        value,
        ...(issuer === undefined ? {} : { issuer }),
        ...(issuedBefore === undefined ? {} : { issuedBefore }),
        until: epochSeconds(this.ports) + this.lifetimeOf(request),
        ...madeBy(authority),
        ...(reason === undefined ? {} : { reason }),
      },
      authority.revocations,
      actorOf(origin),
    );
    if (created) {
      this.log('revocation.add', entry, origin);
    }
    return { entry, created };
  }

  /**
   * Takes an entry back: tokens that nothing else refuses are accepted again.
   *
   * @throws {Fault} when there is no such entry, it is final, or the caller may not revoke what it means
   */
  async remove(id: string, origin: Origin): Promise<void> {
    const authority = await authorityOf(origin.caller, this.settings, this.ports);
    const judge = (found: RevocationEntry) => refuseToTakeBack(authority, found, this.ports.store);
    const entry = await this.register.remove(id, judge, actorOf(origin));
    this.log('revocation.remove', entry, origin);
  }

  /**
   * Lets what a token has issued end with it, by an entry that is kept until the last of it has expired. Nothing is done for a
   * token that cannot have issued any, nor for an administrator's, whose tokens stand by themselves.
   *
   * @returns whether there is such an entry
   * @throws {Fault} when the set is full
   */
  async endDescendants(token: TokenRecord, authority: Authority, origin: Origin): Promise<boolean> {
    return this.putDescendants(token, madeBy(authority), authority.revocations, actorOf(origin));
  }

  /** The same for a token that was given up at the token endpoint, in the share of the token's application. */
  async endDescendantsOf(token: TokenRecord, actor: Actor): Promise<boolean> {
    return this.putDescendants(token, { createdBy: actor.actor, application: token.application }, undefined, actor);
  }

  /**
   * The same where whoever revoked the token broke off: in the part of the set that is no application's.
   *
   * @throws {Fault} when the set is full
   */
  async finishDescendants(token: TokenRecord, actor: Actor): Promise<boolean> {
    return this.putDescendants(token, { createdBy: actor.actor }, undefined, actor);
  }

  /**
   * Puts an entry for an access token that was given up at the token endpoint, in the share of its application.
   *
   * @throws {Fault} when the set, or that share, is full
   */
  async giveUp(
    entry: Pick<RevocationEntry, 'value' | 'issuer' | 'until' | 'application'>,
    actor: Actor,
  ): Promise<void> {
    const reason = 'given up at the token endpoint';
    const made = { createdBy: actor.actor, application: entry.application ?? '', reason };
    await this.register.put({ kind: 'jti', ...entry, ...made }, undefined, actor);
    await dropKeptResults(this.ports, this.settings, actor.requestId);
  }

  private async putDescendants(
    token: TokenRecord,
    made: Pick<RevocationEntry, 'createdBy' | 'application'>,
    read: RevocationItem | undefined,
    actor: Actor,
  ): Promise<boolean> {
    const mayHaveIssued = this.mayHaveIssued(token);
    if (mayHaveIssued) {
      const reason = 'the token was revoked, and may have issued others';
      const entry = { kind: 'token', value: token.id, until: token.expiresAt, ...made, reason } as const;
      await this.register.put(entry, read, actor);
    }
    return mayHaveIssued;
  }

  /**
   * Makes the set an empty one, in whatever state it is: the way back in for whoever may invoke the function.
   *
   * What was issued by tokens that are revoked for good stays refused: their records say so, and the same write puts their entries into the new
   * set. A crash so lets nothing come back.
   *
   * @returns how many revocations are gone; `undefined` when they could not be counted
   * @throws {Fault} when the entries that have to stay do not fit into the set: those that last longest are in it then
   */
  async reset(): Promise<number | undefined> {
    const actor = { actor: DIRECT_INVOCATION };
    const wanted = await this.entriesOfRevoked();
    const { removed, kept } = await this.register.clear(actor, () => this.sources.everything(), wanted);
    // What was revoked while the first list was read lost its entry.
    for (const entry of await this.entriesOfRevoked()) {
      if (!kept.has(entry.value)) {
        await this.register.put(entry, undefined, actor);
      }
    }
    this.ports.log({ level: 'warn', evt: 'revocation.reset', fields: { actor: DIRECT_INVOCATION } });
    return removed;
  }

  /** Entries for tokens whose records are revoked, those that last longest first; one is enough for a line of them. */
  private async entriesOfRevoked(): Promise<readonly NewEntry[]> {
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
    const reason = 'the token is revoked for good, and may have issued others';
    return [...revoked.values()]
      .filter(({ ancestors = [] }) => !ancestors.some((one) => !one.administrator && revoked.has(one.tokenId)))
      .map(({ id, expiresAt }) => ({
        kind: 'token' as const,
        value: id,
        until: expiresAt,
        createdBy: DIRECT_INVOCATION,
        reason,
      }))
      .sort((a, b) => b.until - a.until);
  }

  private mayHaveIssued(token: Pick<TokenRecord, 'scopes' | 'application' | 'expiresAt'>): boolean {
    const mayIssue = satisfies(token.scopes, [[TOKEN_SERVICE_SCOPES.write]]);
    return mayIssue && !isAdministratorToken(token) && token.expiresAt > epochSeconds(this.ports);
  }

  /** Issuer of what is to be revoked; where the platform trusts only one, it need not be named. */
  private issuerOf({ kind, issuer, value }: RevokeTokens): string | undefined {
    const { issuers } = this.settings;
    const found = issuer ?? (KINDS_OF_ISSUER.includes(kind) && issuers?.length === 1 ? issuers[0] : undefined);
    if (found === undefined && KINDS_OF_ISSUER.includes(kind)) {
      const text = `issuer is missing, expected one with ${kind}: it is unique within its issuer only`;
      throw new Fault('command-not-valid', text, [{ path: ['issuer'], text }]);
    }
    const named = kind === 'issuer' ? value : found;
    if (named !== undefined && issuers !== undefined && !issuers.includes(named)) {
      const member = kind === 'issuer' ? 'value' : 'issuer';
      const known =
        issuers.length === 0 ? 'no issuer, there are none' : `one of ${issuers.map((name) => `"${name}"`).join(', ')}`;
      const text = `${member} is ${JSON.stringify(named)}, expected ${known}`;
      throw new Fault('command-not-valid', text, [{ path: [member], text }]);
    }
    return found;
  }

  /** How long a token that is meant may live on, in seconds. */
  private lifetimeOf({ kind, issuer }: RevokeTokens): number {
    const { maxLifetimeSeconds, maxAccessTokenSeconds } = this.settings;
    if (kind === 'token' || kind === 'ancestor') {
      return maxLifetimeSeconds;
    }
    if (kind === 'source') {
      return SOURCE_ENTRY_SECONDS;
    }
    // What an access token issued lives no longer than it does.
    return kind === 'client' && issuer === undefined
      ? Math.max(maxLifetimeSeconds, maxAccessTokenSeconds)
      : maxAccessTokenSeconds;
  }

  /** The value stays out of the log: a subject may be a person. */
  private log(evt: string, { id, kind }: RevocationEntry, { caller, requestId }: Origin): void {
    this.ports.log({
      level: 'info',
      evt,
      fields: { revocationId: id, kind, actor: caller.principal, requestId },
      metrics: countOf('RevocationsChanged', this.settings),
    });
  }
}

/** Whether a caller made an entry, or its application did or is meant by it. */
function concerns({ createdBy, application, kind, value, issuer }: RevocationEntry, caller: Caller): boolean {
  const isOfApplication =
    caller.application !== undefined &&
    (application === caller.application || (kind === 'client' && issuer === undefined && value === caller.application));
  return createdBy === caller.principal || isOfApplication;
}
