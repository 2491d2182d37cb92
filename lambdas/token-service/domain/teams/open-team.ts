import type { TeamRecord } from '../../../lib/team-record';
import type { ApplicationRecord } from '../../../lib/token-record';
import { DEFAULT_TEAM } from '../authority/roles';
import { Fault } from '../fault';
import type { TeamStore } from './team-store';

/**
 * A team that something is made for.
 *
 * @param isNew whether nothing belonged to it before: then it has to exist. Records of earlier versions may name teams that do not.
 * @returns `undefined` for a team without an item
 * @throws {Fault} when it is archived, or does not exist and would have to
 */
export async function existingTeam(
  teams: Pick<TeamStore, 'getTeam'>,
  name: string,
  isNew: boolean,
): Promise<TeamRecord | undefined> {
  const team = await teams.getTeam(name);
  if (team === undefined && isNew && name !== DEFAULT_TEAM) {
    const text = `team is ${JSON.stringify(name)}, expected a team that exists`;
    throw new Fault('command-not-valid', text, [{ path: ['team'], text }]);
  }
  if (team !== undefined) {
    refuseArchived(team);
  }
  return team;
}

/** @throws {Fault} when nothing may be added to the team any more */
export function refuseArchived({ name, status }: Pick<TeamRecord, 'name' | 'status'>): void {
  if (status === 'archived') {
    throw new Fault('archived', `the team ${name} is archived`);
  }
}

/** @throws {Fault} when no token is issued for the application any more */
export function refuseArchivedApplication(stored: ApplicationRecord | undefined): void {
  if (stored?.archivedAt !== undefined) {
    throw new Fault('archived', `the application ${stored.application} is archived`);
  }
}
