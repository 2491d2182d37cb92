import { type TokenRecord, tokenKey } from '../../../lib/token-record';
import type { Action } from '../authority/actions';
import type { Authority, Ground } from '../authority/authority';
import { authorityOf } from '../authority/authority-of';
import { missing } from '../authority/missing';
import type { Changes } from '../changes';
import { actorOf, type Origin } from '../origin';
import type { ItemChanges, TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { TokenSettings } from '../settings';
import { tokenChange } from '../token-state';
import { refuseProtected } from '../tokens';

/** What is changed of a token. */
export interface TokenChange {
  readonly changes: ItemChanges<TokenRecord>;
  /** Names of uses that are not needed any more. @default - none */
  readonly forgotten?: readonly string[];
}

/** By what a caller changes a token. */
export interface Permission {
  readonly authority: Authority;
  readonly ground: Ground;
}

/** A token after a request to change it. */
export interface ChangedToken {
  readonly token: TokenRecord;
  /** What it was before; absent when there was nothing to change. */
  readonly before?: TokenRecord;
}

/**
 * Changes single tokens: reads caller and token, judges, and writes over the version that was judged. When somebody else changed the token
 * meanwhile, it begins again, so that nothing is decided by what is no longer so.
 */
export class TokenChanges {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly changes: Changes,
  ) {}

  /**
   * @param decide what to change of the token as it is stored; `undefined` when it is already as it should be
   * @param follow what has to follow from the change
   * @throws {Fault} when there is no such token, the caller may not change it, or `decide` refuses
   */
  async change(
    id: string,
    action: Action,
    origin: Origin,
    decide: (token: TokenRecord, by: Permission) => Promise<TokenChange | undefined>,
    follow: (token: TokenRecord, before: TokenRecord) => Promise<void>,
  ): Promise<ChangedToken> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [authority, before] = await Promise.all([
        authorityOf(origin.caller, this.settings, this.ports),
        this.ports.store.getToken(id),
      ]);
      if (!before) {
        throw missing(action);
      }
      const ground = await authority.require(action, before);
      refuseProtected(authority, before);
      const decided = await decide(before, { authority, ground });
      if (decided === undefined) {
        return { token: before };
      }
      const token = await this.write(before, decided, action, origin, follow);
      if (token !== undefined) {
        return { token, before };
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    throw new Error(`token ${id} changed ${ATTEMPTS} times while it was being changed`);
  }

  private write(
    before: TokenRecord,
    { changes, forgotten }: TokenChange,
    action: Action,
    origin: Origin,
    follow: (token: TokenRecord, before: TokenRecord) => Promise<void>,
  ) {
    const { id, application, team, version } = before;
    const change = {
      ...actorOf(origin),
      action,
      object: { kind: 'token', id },
      application,
      team,
      ...tokenChange(before, { ...before, ...changes } as TokenRecord),
    } as const;
    return this.changes.write(
      tokenKey(id),
      change,
      (entry) => this.ports.store.updateToken(id, version, changes, entry, forgotten),
      (token) => follow(token, before),
    );
  }
}
