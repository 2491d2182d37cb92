import type { Caller } from '../../../lib/caller';
import { TOKEN_SERVICE_SCOPES } from '../../../lib/platform-scopes';
import { authorityOf } from '../authority/authority-of';
import { DEFAULT_TEAM, isTeamRole } from '../authority/roles';
import type { RegisterApplication } from '../commands';
import { Fault, refuseAny } from '../fault';
import { applicationFaults, teamTierFaults, tierFaults } from '../issuing/request-checks';
import type { Origin } from '../origin';
import type { TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { existingTeam } from '../teams/open-team';
import { type ApplicationView, applicationView } from '../views';
import type { Applications } from './applications';

/** Registers applications on request; tokens with a tier do it by themselves. */
export class Registration {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly applications: Applications,
  ) {}

  /**
   * Makes sure that an application has its tier and a usage key in the tier's plan of every API.
   *
   * @throws {Fault} when the tier is unknown, the application has another tier or team, or is not the caller's to register
   */
  async register(
    command: RegisterApplication,
    origin: Origin,
  ): Promise<{ readonly view: ApplicationView; readonly created: boolean }> {
    const { caller } = origin;
    const { application, tier } = command;
    refuseAny('command-not-valid', [...tierFaults(tier, this.settings.tiers), ...applicationFaults(application)]);
    const authority = await authorityOf(caller, this.settings, this.ports);
    const stored = await this.ports.store.getApplication(application);
    const team =
      stored?.team ?? command.team ?? (authority.actsForAllApplications ? undefined : caller.team) ?? DEFAULT_TEAM;
    if (caller.application === undefined || authority.actsForAllApplications) {
      const { role } = await authority.require('application.register', { team, application });
      refuseAny('wider-than-caller', isTeamRole(role) ? teamTierFaults(tier, stored?.tier, this.settings.policy) : []);
    } else if (!isOwn({ ...command, team: command.team ?? team }, caller)) {
      throw new Fault(
        'wider-than-caller',
        `the caller may register its own application with its own tier and team, others need ${TOKEN_SERVICE_SCOPES.applications}`,
      );
    }
    await existingTeam(this.ports.teams, team, stored?.team === undefined && command.team !== undefined);
    const registered = { application, tier, team: command.team ?? team };
    const result = await this.applications.ensure(registered, origin, { attachAgain: true });
    return { view: applicationView(result.application), created: result.created };
  }
}

/** Whether an application is the caller's, with everything that the caller has. */
function isOwn({ application, tier, team }: RegisterApplication, caller: Caller): boolean {
  return application === caller.application && tier === caller.tier && team === (caller.team ?? DEFAULT_TEAM);
}
