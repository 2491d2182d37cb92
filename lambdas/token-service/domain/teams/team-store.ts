import type { TeamRecord } from '../../../lib/team-record';
import type { ApplicationRecord, ListedToken } from '../../../lib/token-record';
import type { TrailEntry } from '../../../lib/trail/trail-entry';
import type { ItemChanges, ListPosition } from '../items';
import type { MemberChange } from './membership';
import type { TeamSummary } from './team-views';

/** An application as lists have it. */
export type ListedApplication = Pick<
  ApplicationRecord,
  'application' | 'team' | 'tier' | 'createdAt' | 'archivedAt' | 'maintainers' | 'version'
>;

/** Teams in the token table. Every method rejects when DynamoDB does; writes touch a single item and are conditional. */
export interface TeamStore {
  getTeam(name: string): Promise<TeamRecord | undefined>;
  /** `false` when the team exists. */
  addTeam(team: TeamRecord, entry?: TrailEntry): Promise<boolean>;
  /** Changes a team that still has the version; `undefined` when it has another. */
  updateTeam(
    name: string,
    version: number,
    changes: ItemChanges<TeamRecord>,
    entry?: TrailEntry,
  ): Promise<TeamRecord | undefined>;
  /** Changes one member of a team that still has the version; one that takes an owner away leaves another. `undefined` when it is not so. */
  changeMember(
    team: Pick<TeamRecord, 'name' | 'version' | 'owners'>,
    change: MemberChange,
    entry?: TrailEntry,
  ): Promise<TeamRecord | undefined>;
  /** Every team, the newest first. */
  listTeams(request: {
    readonly limit: number;
    readonly after?: ListPosition | undefined;
  }): Promise<{ readonly teams: readonly TeamSummary[]; readonly next?: ListPosition }>;
  /** Names of the teams that a person may be a member of; the team itself says whether it is so. */
  getTeamsOf(memberId: string): Promise<readonly string[]>;
  /** Remembers that a person may be a member of a team from this version of it on. It is done before the team says so. */
  hintMember(memberId: string, team: Pick<TeamRecord, 'name' | 'version'>): Promise<void>;
  /** Forgets it, unless it was remembered for a later version. It is done after the team says otherwise. */
  forgetMember(memberId: string, team: Pick<TeamRecord, 'name' | 'version'>): Promise<void>;
  /** The tokens of a team that a principal made, of those that were made last. */
  tokensMadeBy(
    principal: string,
    team: string,
    mostLookedThrough: number,
  ): Promise<{ readonly tokens: readonly ListedToken[]; readonly complete: boolean }>;
  /** Applications of a team by name. */
  listApplications(request: {
    readonly team: string;
    readonly limit: number;
    /** Name of the last application of the page before. */
    readonly after?: string | undefined;
  }): Promise<{ readonly applications: readonly ListedApplication[]; readonly next?: string }>;
  /** Applications of every team, the newest first. */
  listAllApplications(request: {
    readonly limit: number;
    readonly after?: ListPosition | undefined;
  }): Promise<{ readonly applications: readonly ListedApplication[]; readonly next?: ListPosition }>;
  /** Whether a team has an application that is not archived. */
  hasApplications(team: string): Promise<boolean>;
}
