import { defined } from '../../../lib/defined';
import { platformIssuer, principalText } from '../../../lib/principal';
import { ADMINISTRATION_APPLICATION } from '../../../lib/token-record';
import { LONGEST_LEEWAY_SECONDS, SOURCE_ENTRY_SECONDS } from '../../../lib/token-source';
import type { Actor } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import type { Tokens } from '../tokens';
import type { Revocations } from './revocations';

/** What a holder gives up at the OAuth endpoint (RFC 7009). The endpoint has verified the token and who asks. */
export interface ClientRevocation {
  /** Who asks: `token:<id>` of an API token, or `client:<id>`. */
  readonly by: string;
  readonly requestId?: string | undefined;
  readonly address?: string | undefined;
  /** What is given up: an API token by its public id, or an access token of the platform by its `jti`. */
  readonly kind: 'token' | 'jti';
  readonly id: string;
  /** Of an access token: when it expires by itself, epoch seconds. */
  readonly expiresAt?: number | undefined;
  readonly application?: string | undefined;
}

/** Revokes what the token endpoint was given back. Whoever may ask for it is whoever may invoke the function's alias for that endpoint. */
export class ClientRevocations {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly tokens: Tokens,
    private readonly revocations: Revocations,
  ) {}

  /**
   * Revokes; it resolves when that is stored. What is revoked already, or is not there, stays as it is.
   *
   * @throws {Error} where the platform issues no access tokens
   */
  async revoke(revocation: ClientRevocation): Promise<void> {
    const { ownIssuer } = this.settings;
    if (ownIssuer === undefined) {
      throw new Error('the platform has no issuer of its own');
    }
    const { by, requestId, address, kind, id } = revocation;
    const actor: Actor = { actor: this.principalOf(by, ownIssuer), requestId, address };
    if (kind === 'token') {
      await this.revokeToken(id, by, actor);
      return;
    }
    // The endpoint has no say in how long the set remembers: no derived token is accepted for longer than that.
    const latest = epochSeconds(this.ports) + SOURCE_ENTRY_SECONDS;
    const { expiresAt = latest, application } = revocation;
    const until = Math.min(expiresAt + LONGEST_LEEWAY_SECONDS, latest);
    await this.revocations.giveUp({ value: id, issuer: ownIssuer, until, ...defined({ application }) }, actor);
  }

  private async revokeToken(id: string, by: string, actor: Actor): Promise<void> {
    const found = await this.ports.store.getToken(id);
    // Who holds an administrator's token may give it up; nobody else touches it.
    const isHeld = by === `token:${id}`;
    if (found === undefined || (found.application === ADMINISTRATION_APPLICATION && !isHeld)) {
      return;
    }
    const endDescendants = () => this.revocations.endDescendantsOf(found, actor);
    if ((await this.tokens.end(found, actor, endDescendants)) === undefined) {
      await endDescendants();
    }
  }

  private principalOf(by: string, ownIssuer: string): string {
    const [type, subject = ''] = by.split(':');
    return type === 'token'
      ? principalText({ method: 'api_token', issuer: platformIssuer(this.settings.environment), subject })
      : principalText({ method: 'access_token', issuer: ownIssuer, subject: `app:${subject}` });
  }
}
