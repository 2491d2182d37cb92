import type { TokenRecord } from '../../../lib/token-record';
import { type Applications, refuseOtherTeam } from '../applications/applications';
import { isTeamRole } from '../authority/roles';
import type { IssueToken } from '../commands';
import { type FaultDetail, refuseAny } from '../fault';
import type { Origin } from '../origin';
import type { TokenSettings } from '../settings';
import type { Ownership } from './ownership';
import { teamTierFaults } from './request-checks';

/** What a token takes over of its application. */
export type Metering = Pick<TokenRecord, 'team' | 'tier' | 'usageKey'>;

/** Decides which team, tier and usage key a new token has. */
export class Meter {
  constructor(
    private readonly settings: Pick<TokenSettings, 'policy'>,
    private readonly applications: Applications,
  ) {}

  /**
   * A tier that the request does not name is the application's; whoever issues for its own application alone gives its own.
   *
   * @throws {Fault} when the application has another tier or team
   */
  async meteringOf(request: IssueToken, ownership: Ownership, origin: Origin): Promise<Metering> {
    return ownership.ground.role === 'application'
      ? this.ofCaller(ownership, request.application, origin)
      : this.ofApplication(request, ownership, origin);
  }

  /** The tier that a token would have. */
  tierOf({ tier }: IssueToken, { caller, stored, ground }: Ownership): string | undefined {
    return ground.role === 'application' ? caller.tier : (tier ?? stored?.tier);
  }

  /** What of a request contradicts the application as it is stored, before anything is written. */
  faultsOf({ tier, team }: IssueToken, { stored, ground }: Ownership): FaultDetail[] {
    const faults: FaultDetail[] = [];
    if (tier !== undefined && stored?.tier !== undefined && stored.tier !== tier) {
      faults.push({ path: ['tier'], text: `tier is "${tier}", the application has the tier "${stored.tier}"` });
    } else if (tier !== undefined && isTeamRole(ground.role)) {
      faults.push(...teamTierFaults(tier, stored?.tier, this.settings.policy));
    }
    if (team !== undefined && stored?.team !== undefined && stored.team !== team) {
      faults.push({ path: ['team'], text: `team is ${JSON.stringify(team)}, the application belongs to another team` });
    }
    return faults;
  }

  private async ofApplication(request: IssueToken, owned: Ownership, origin: Origin): Promise<Metering> {
    const { application } = request;
    const { stored, team, ground } = owned;
    if (stored) {
      refuseOtherTeam(stored, request.team);
    }
    const wanted = this.tierOf(request, owned);
    if (wanted === undefined) {
      return { team };
    }
    if (isTeamRole(ground.role)) {
      refuseAny('wider-than-caller', teamTierFaults(wanted, stored?.tier, this.settings.policy));
    }
    const { application: metered } = await this.applications.ensure({ application, tier: wanted, team }, origin);
    return { tier: metered.tier, usageKey: metered.usageKey, team };
  }

  /** An issuer that acts for its own application has no more to give than it has itself. */
  private async ofCaller(
    { caller: { tier }, team }: Ownership,
    application: string,
    origin: Origin,
  ): Promise<Metering> {
    // The team is the application's as it is stored: what a gateway keeps of the caller may be that of before a transfer.
    if (tier === undefined) {
      return { team };
    }
    const registered = { application, tier, team };
    const { application: metered } = await this.applications.ensure(registered, origin);
    return { tier: metered.tier, usageKey: metered.usageKey, team };
  }
}
