import type { Caller } from '../../../lib/caller';
import type { TokenRecord } from '../../../lib/token-record';
import { type Applications, refuseOtherTeam } from '../applications';
import type { Authority } from '../authority/authority';
import type { IssueToken } from '../commands';
import type { Origin } from '../origin';
import type { TokenStore } from '../ports';

/** What a token takes over of its application. */
export type Metering = Pick<TokenRecord, 'team' | 'tier' | 'usageKey'>;

/** Decides which team, tier and usage key a new token has. */
export class Meter {
  constructor(
    private readonly store: Pick<TokenStore, 'getApplication'>,
    private readonly applications: Applications,
  ) {}

  /**
   * A tier that the request does not name is the application's; whoever issues for its own application alone gives its own.
   *
   * @throws {Fault} when the application has another tier or team
   */
  async meteringOf(request: IssueToken, authority: Authority, origin: Origin): Promise<Metering> {
    return authority.actsForAllApplications
      ? this.ofApplication(request, origin)
      : this.ofCaller(authority.caller, request.application, origin);
  }

  private async ofApplication({ application, tier, team }: IssueToken, origin: Origin): Promise<Metering> {
    const stored = await this.store.getApplication(application);
    if (stored) {
      refuseOtherTeam(stored, team);
    }
    const wanted = tier ?? stored?.tier;
    if (wanted === undefined) {
      return ofTeam(team ?? stored?.team);
    }
    const { application: metered } = await this.applications.ensure({ application, tier: wanted, team }, origin);
    return { tier: metered.tier, usageKey: metered.usageKey, ...ofTeam(team ?? metered.team) };
  }

  /** An issuer that acts for its own application has no more to give than it has itself. */
  private async ofCaller({ team, tier }: Caller, application: string, origin: Origin): Promise<Metering> {
    if (tier === undefined) {
      return ofTeam(team);
    }
    const { application: metered } = await this.applications.ensure({ application, tier, team }, origin);
    return { tier: metered.tier, usageKey: metered.usageKey, ...ofTeam(team) };
  }
}

function ofTeam(team: string | undefined): Pick<Metering, 'team'> {
  return team === undefined ? {} : { team };
}
