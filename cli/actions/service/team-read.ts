import type {
  MemberView,
  TeamListView,
  TeamPolicyView,
  TeamSummaryView,
  TeamView,
} from '../../../lambdas/token-service/domain/teams/team-views';
import { printMany, printOne } from '../../output/printer';
import { type Column, renderFields, renderTable } from '../../output/table';
import { duration, moment } from '../../output/times';
import type { TokenService } from '../../token-service/client';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';

export interface ListTeamsOptions extends ServiceOptions {
  readonly mine?: boolean;
  readonly limit: number;
}

const LONGEST_PAGE = 100;

/** Lists teams. */
export async function listTeams(options: ListTeamsOptions): Promise<void> {
  const { service, place } = await connect(options, 'team list');
  const { mine, limit } = options;
  const query = { mine: mine === true ? true : undefined, limit: Math.min(limit, LONGEST_PAGE) };
  const pages = service.pages<TeamListView>('list teams', '/teams', query);
  const columns: Column<TeamSummaryView>[] = [
    { heading: 'TEAM', text: ({ team }) => team },
    { heading: 'STATUS', text: ({ status }) => status },
    { heading: 'OWN ROLE', text: ({ role }) => role },
    { heading: 'DESCRIPTION', text: ({ description }) => description },
  ];
  await printMany(
    takeFrom(pages, ({ teams }) => teams, limit),
    options,
    columns,
    `no team in ${place}`,
  );
}

/** Shows a team. */
export async function showTeam(name: string, options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'team show');
  printOne(await readTeam(service, name), options, (team) => renderTeam(team, Date.now()));
}

/** Reads a team. */
export async function readTeam(service: TokenService, name: string): Promise<TeamView> {
  return (await service.get<TeamView>(`read the team ${name}`, teamPath(name))).body;
}

export function teamPath(name: string): string {
  return `/teams/${encodeURIComponent(name)}`;
}

/** A team as text: its attributes, then its members. */
export function renderTeam(view: TeamView, now: number): string {
  const fields = renderFields([
    ['team', view.team],
    ['description', view.description],
    ['status', view.status],
    ['own role', view.role],
    ['policy', policyText(view.policy)],
    ['created', view.createdAt && `${moment(view.createdAt, now)} by ${view.createdBy ?? '-'}`],
    ['version', String(view.version)],
  ]);
  return view.members.length === 0 ? fields : `${fields}\n${renderTable(memberColumns(now), view.members)}`;
}

export function memberColumns(now: number): Column<MemberView>[] {
  return [
    { heading: 'MEMBER', text: ({ memberId }) => memberId },
    { heading: 'ROLE', text: ({ role }) => role },
    { heading: 'SUBJECT', text: ({ subject }) => subject },
    { heading: 'ISSUER', text: ({ issuer }) => issuer },
    { heading: 'SINCE', text: ({ since }) => moment(since, now) },
  ];
}

function policyText(policy: TeamPolicyView | undefined): string | undefined {
  if (policy === undefined) return undefined;
  const { maxLifetimeSeconds: longest, defaultLifetimeSeconds: usual, requiredFields, allowedScopes } = policy;
  return [
    ...(longest === undefined ? [] : [`at most ${duration(longest)}`]),
    ...(usual === undefined ? [] : [`by default ${duration(usual)}`]),
    ...(requiredFields === undefined ? [] : [`required: ${requiredFields.join(' ')}`]),
    ...(allowedScopes === undefined ? [] : [`scopes: ${allowedScopes.join(' ')}`]),
  ].join('; ');
}
