import { type TokenRecord, tokenKey } from '../../lib/token-record';
import { isAdministratorToken } from './authority/administrators';
import type { Authority } from './authority/authority';
import { authorityOf, readerOf } from './authority/authority-of';
import { missing } from './authority/missing';
import type { Changes } from './changes';
import { Fault } from './fault';
import { countOf } from './metrics';
import { type Actor, actorOf, type Origin } from './origin';
import { epochSeconds, type TokenServicePorts } from './ports';
import { dropKeptResults } from './revocation/kept-results';
import type { Revocations } from './revocation/revocations';
import { sourceOfToken } from './revocation/token-sources';
import type { TokenSettings } from './settings';
import { tokenChange } from './token-state';
import { type RevokedTokenView, type TokenView, tokenView } from './views';

/** Reads and revokes tokens. Callers are already known to hold the scope of the operation. */
export class Tokens {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly revocations: Revocations,
    private readonly changes: Changes,
  ) {}

  /** @throws {Fault} when there is no such token, or the caller may not read it */
  async get(id: string, { caller }: Origin): Promise<TokenView> {
    const token = await this.ports.store.getToken(id);
    if (!token) {
      throw missing('token.read');
    }
    await readerOf(caller, this.settings, this.ports).require('token.read', token);
    return tokenView(token, epochSeconds(this.ports));
  }

  /**
   * Revokes a token for good, and with it what it issued. Revoking it again gives the record of the first time.
   *
   * @throws {Fault} when there is no such token, or the caller may not revoke it
   */
  async revoke(id: string, origin: Origin): Promise<RevokedTokenView> {
    const { caller } = origin;
    const authority = await authorityOf(caller, this.settings, this.ports);
    const found = await this.ports.store.getToken(id);
    if (!found) {
      throw missing('token.revoke');
    }
    await authority.require('token.revoke', found);
    refuseProtected(authority, found);
    // A set that is full must not keep a token alive: the record is revoked in any case, and the caller told.
    const endDescendants = () =>
      this.revocations.endDescendants(found, authority, origin).then(
        (ended) => ({ ended }),
        (error: unknown) => ({ ended: true, error }),
      );
    // Were the function to stop in between, the same request again does the rest. A token that revokes itself cannot ask again, so
    // what it issued, and what was derived from it, ends first.
    const isOwn = authority.isOwn(found);
    let descendants = isOwn ? await endDescendants() : undefined;
    if (isOwn) {
      await this.revocations.sources.end([sourceOfToken(found)]);
    }
    const followed = async () => {
      descendants ??= await endDescendants();
      // The caller is told that the set is full, and can act; what else fails, the sweeper does.
      if ('error' in descendants && !(descendants.error instanceof Fault)) {
        throw descendants.error;
      }
    };
    const token = (await this.end(found, origin, followed)) ?? (await this.endAgain(id));
    if (!token) {
      throw missing('token.revoke');
    }
    descendants ??= await endDescendants();
    if ('error' in descendants) {
      throw descendants.error;
    }
    const { recordSeconds, setSeconds } = this.settings.revocationBounds ?? {};
    const isInSet = descendants.ended || this.revocations.sources.areKnown;
    const effectiveWithinSeconds = isInSet ? setSeconds : recordSeconds;
    return {
      ...tokenView(token, epochSeconds(this.ports)),
      ...(effectiveWithinSeconds === undefined ? {} : { effectiveWithinSeconds }),
    };
  }

  /**
   * Revokes the record of a token, by one conditional write, drops what gateways keep of it, and ends what was derived from it.
   *
   * @param follow ends what the token issued; where it rejects, the sweeper does it
   * @returns the record; `undefined` when it was revoked before, or is gone
   */
  async end(
    found: TokenRecord,
    origin: Origin | Actor,
    follow?: () => Promise<unknown>,
  ): Promise<TokenRecord | undefined> {
    const { id, application, team } = found;
    const actor = actorOf(origin);
    const change = {
      ...actor,
      action: 'token.revoke',
      object: { kind: 'token', id },
      application,
      team,
      ...tokenChange(found, { ...found, status: 'revoked' }),
    } as const;
    const by = { revokedAt: epochSeconds(this.ports), revokedBy: actor.actor };
    return this.changes.write(
      tokenKey(id),
      change,
      (entry) => this.ports.store.revokeToken(id, by, entry),
      async (revoked) => {
        const { requestId } = actor;
        this.ports.log({
          level: 'info',
          evt: 'token.revoke',
          fields: { tokenId: id, application, actor: actor.actor, requestId },
          metrics: countOf('TokensRevoked', this.settings),
        });
        await dropKeptResults(this.ports, this.settings, requestId);
        await this.revocations.sources.end([sourceOfToken(revoked)]);
        await follow?.();
      },
    );
  }

  /** Does again what follows from a revocation, which may have broken off in between. */
  private async endAgain(id: string): Promise<TokenRecord | undefined> {
    const token = await this.ports.store.getToken(id);
    if (token) {
      await this.revocations.sources.end([sourceOfToken(token)]);
    }
    return token;
  }
}

/** @throws {Fault} when the token is an administrator's, which only administrators touch */
export function refuseProtected(authority: Authority, token: TokenRecord): void {
  if (isAdministratorToken(token) && !authority.isAdministrator) {
    throw new Fault('protected', "only an administrator may change or revoke an administrator's token");
  }
}
