import { authorityOf } from '../authority/authority-of';
import { endOf } from '../authority/caller-token';
import type { Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { isoTime, type SelfView, tokenView, withoutAbsent } from '../views';

/** Tells callers who they are. */
export class Self {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {}

  /**
   * Who calls: what the authorizer found out, and of an API token its own record as it is stored now, which the gateway may not know yet.
   *
   * @throws {Fault} when the caller's token is revoked, disabled, blocked, expired or of another environment
   */
  async read({ caller }: Origin): Promise<SelfView> {
    const authority = await authorityOf(caller, this.settings, this.ports);
    await authority.require('token.self');
    const { record } = authority;
    const { authMethod, principal, issuer, subject, tokenId, clientId, environment, issuedAt, secretGeneration } =
      caller;
    const { application, team, tier, scopes } = record ?? caller;
    return withoutAbsent({
      authMethod,
      principal,
      issuer,
      subject,
      tokenId,
      clientId,
      application,
      team,
      tier,
      environment,
      scopes: [...scopes],
      issuedAt: isoTime(issuedAt),
      expiresAt: isoTime(record === undefined ? caller.expiresAt : endOf(caller, record)),
      secretNumber: secretGeneration,
      token: record && tokenView(record, epochSeconds(this.ports)),
    });
  }
}
