import type { Caller } from '../../../lib/caller';
import type { TeamPolicy } from '../../../lib/team-record';
import type { ApplicationRecord } from '../../../lib/token-record';
import type { Authority, Ground } from '../authority/authority';
import { DEFAULT_TEAM, isTeamRole } from '../authority/roles';
import type { IssueToken } from '../commands';
import { Fault } from '../fault';
import type { TokenServicePorts } from '../ports';
import { existingTeam, refuseArchivedApplication } from '../teams/open-team';

/** Whose a new token is, and by what the caller issues it. */
export interface Ownership {
  readonly caller: Caller;
  readonly ground: Ground;
  /** The application as it is stored. @default - it is not registered, and tokens of it are not metered */
  readonly stored: ApplicationRecord | undefined;
  /** The application's team. */
  readonly team: string;
  /** @default - the team has no policy of its own */
  readonly teamPolicy: TeamPolicy | undefined;
}

/**
 * Finds out whose a token would be.
 *
 * @throws {Fault} when the caller may not issue for the application, the application or its team is archived, or the team does not exist
 */
export async function ownershipOf(
  request: Pick<IssueToken, 'application' | 'team'>,
  authority: Authority,
  ports: Pick<TokenServicePorts, 'store' | 'teams'>,
): Promise<Ownership> {
  const { caller } = authority;
  const { application } = request;
  const stored = await ports.store.getApplication(application);
  const asked = authority.actsForAllApplications ? request.team : undefined;
  const own = application === caller.application ? caller.team : undefined;
  const team = stored?.team ?? asked ?? own ?? DEFAULT_TEAM;
  const ground = await groundOf(authority, { team, application, maintainers: stored?.maintainers });
  if (stored === undefined && isTeamRole(ground.role)) {
    // A name that is not registered is nobody's, so that no team takes it without its registration.
    throw noSuchApplication();
  }
  refuseArchivedApplication(stored);
  const isNew = team === asked && stored?.team === undefined;
  const { policy } = (await existingTeam(ports.teams, team, isNew)) ?? {};
  return { caller, ground, stored, team, teamPolicy: policy };
}

/** A token that acts for an application is told what of the request is not its own; everybody else what it may not see or do. */
async function groundOf(
  authority: Authority,
  object: { readonly team: string; readonly application: string; readonly maintainers: readonly string[] | undefined },
): Promise<Ground> {
  if (authority.caller.application !== undefined && !authority.isAdministrator) {
    return (await authority.ground('token.issue', object)) ?? { role: 'application', standsByItself: false };
  }
  try {
    return await authority.require('token.issue', object);
  } catch (error) {
    throw error instanceof Fault && error.code === 'no-such-token' ? noSuchApplication() : error;
  }
}

function noSuchApplication(): Fault {
  const text = 'no application has this name, or the caller has no role in its team';
  return new Fault('no-such-application', text, [{ path: ['application'], text }]);
}
