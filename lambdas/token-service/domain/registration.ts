import { TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import type { Applications } from './applications';
import { authorityOf } from './authority/authority-of';
import type { RegisterApplication } from './commands';
import { Fault, refuseAny } from './fault';
import { applicationFaults, tierFaults } from './issuing/request-checks';
import type { Origin } from './origin';
import type { TokenServicePorts } from './ports';
import type { TokenSettings } from './settings';
import { type ApplicationView, applicationView } from './views';

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
    const { application, tier, team = caller.team } = command;
    refuseAny('command-not-valid', [...tierFaults(tier, this.settings.tiers), ...applicationFaults(application)]);
    const authority = await authorityOf(caller, this.settings, this.ports);
    const isOwn = application === caller.application && tier === caller.tier && team === caller.team;
    if (!authority.actsForAllApplications && !isOwn) {
      throw new Fault(
        'wider-than-caller',
        `the caller may register its own application with its own tier and team, others need ${TOKEN_SERVICE_SCOPES.applications}`,
      );
    }
    const result = await this.applications.ensure(command, origin, { attachAgain: true });
    return { view: applicationView(result.application), created: result.created };
  }
}
