import type { TeamMember, TeamPolicy, TeamRecord } from '../../../lib/team-record';
import type { TeamRole } from '../authority/roles';
import { isoTime, withoutAbsent } from '../views';

/** A team in a list. */
export interface TeamSummaryView {
  readonly team: string;
  readonly description?: string | undefined;
  readonly status: TeamRecord['status'];
  /** The caller's own role. */
  readonly role?: TeamRole | undefined;
  /** Absent for the default team while nothing of it was changed. */
  readonly createdAt?: string | undefined;
  readonly version: number;
}

export interface TeamListView {
  readonly teams: TeamSummaryView[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

export interface MemberView {
  readonly memberId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly role: TeamRole;
  readonly since: string;
  /** Principal that gave the role. */
  readonly by: string;
}

/** A team's own policy, as its members set it. */
export interface TeamPolicyView {
  readonly maxLifetimeSeconds?: number | undefined;
  readonly defaultLifetimeSeconds?: number | undefined;
  readonly requiredFields?: NonNullable<TeamPolicy['requiredFields']>[number][] | undefined;
  readonly allowedScopes?: string[] | undefined;
}

export interface TeamView extends TeamSummaryView {
  readonly members: MemberView[];
  readonly policy?: TeamPolicyView | undefined;
  readonly createdBy?: string | undefined;
  /** Job that judges the tokens of the team by a policy that was just changed. */
  readonly policyJob?: string | undefined;
}

/** What a list shows of a team. */
export type TeamSummary = Pick<TeamRecord, 'name' | 'status' | 'createdAt' | 'version'> &
  Partial<Pick<TeamRecord, 'description'>>;

export function teamSummaryView(
  { name, description, status, createdAt, version }: TeamSummary,
  role: TeamRole | undefined,
): TeamSummaryView {
  return withoutAbsent({
    team: name,
    description,
    status,
    role,
    createdAt: createdAt === 0 ? undefined : isoTime(createdAt),
    version,
  });
}

/** A team with its members, the highest role first and then by subject. */
export function teamView(team: TeamRecord, role: TeamRole | undefined): TeamView {
  const { members, policy, createdBy } = team;
  return withoutAbsent({
    ...teamSummaryView(team, role),
    members: Object.entries(members)
      .map(([memberId, member]) => memberView(memberId, member))
      .sort(byRank),
    policy: policy && policyView(policy),
    createdBy: createdBy === '' ? undefined : createdBy,
  });
}

export function memberView(memberId: string, { issuer, subject, role, since, by }: TeamMember): MemberView {
  return { memberId, issuer, subject, role, since: isoTime(since), by };
}

function policyView({
  maxLifetimeSeconds,
  defaultLifetimeSeconds,
  requiredFields,
  allowedScopes,
}: TeamPolicy): TeamPolicyView {
  return withoutAbsent({
    maxLifetimeSeconds,
    defaultLifetimeSeconds,
    requiredFields: requiredFields && [...requiredFields],
    allowedScopes: allowedScopes && [...allowedScopes],
  });
}

const RANKS: Readonly<Record<TeamRole, number>> = { owner: 0, admin: 1, developer: 2, viewer: 3 };

function byRank(one: MemberView, other: MemberView): number {
  return RANKS[one.role] - RANKS[other.role] || (one.subject < other.subject ? -1 : 1);
}
