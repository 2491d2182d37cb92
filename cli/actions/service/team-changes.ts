import type { TeamView } from '../../../lambdas/token-service/domain/teams/team-views';
import { CliError, EXIT } from '../../errors';
import { printOne, tell } from '../../output/printer';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { merged } from '../../token-service/request-file';
import { readTeam, renderTeam, teamPath } from './team-read';

export interface CreateTeamOptions extends ServiceOptions {
  readonly description?: string;
  readonly issuer?: string;
  readonly owner?: readonly string[];
  readonly fromFile?: string;
}

export interface UpdateTeamOptions extends ServiceOptions {
  readonly description?: string;
  readonly maxLifetime?: number;
  readonly defaultLifetime?: number;
  readonly allowScope?: readonly string[];
  readonly requireField?: readonly string[];
  /** False takes the policy away. */
  readonly policy: boolean;
  readonly archive?: boolean;
  readonly restore?: boolean;
  readonly fromFile?: string;
}

/** Makes a team. */
export async function createTeam(name: string, options: CreateTeamOptions): Promise<void> {
  const { description, issuer, owner } = options;
  if (owner !== undefined && issuer === undefined) {
    throw new CliError('--owner needs --issuer: a person is known by both', EXIT.usage);
  }
  const owners = owner?.map((subject) => ({ issuer, subject }));
  const body = merged(options.fromFile, { team: name, description, owners });
  const { service, place } = await connect(options, 'team create');
  const { body: team } = await service.change<TeamView>(`make the team ${name}`, 'POST', '/teams', { body });
  tell(`team ${name} is made in ${place}`);
  printOne(team, options, (view) => renderTeam(view, Date.now()));
}

/** Changes a team. */
export async function updateTeam(name: string, options: UpdateTeamOptions): Promise<void> {
  const { description, archive, restore } = options;
  const archived = archive === true ? true : restore === true ? false : undefined;
  const named = namedPolicy(options);
  const { service, place } = await connect(options, 'team update');
  let policy: object | undefined;
  if (!options.policy) {
    policy = {};
  } else if (Object.keys(named).length > 0) {
    // The request replaces the whole policy.
    policy = { ...(await readTeam(service, name)).policy, ...named };
  }
  const body = merged(options.fromFile, { description, archived, policy });
  const { body: team } = await service.change<TeamView>(`update the team ${name}`, 'PATCH', teamPath(name), { body });
  tell(`team ${name} in ${place} is changed`);
  printOne(team, options, (view) => renderTeam(view, Date.now()));
}

function namedPolicy({ maxLifetime, defaultLifetime, allowScope, requireField }: UpdateTeamOptions): object {
  const named = {
    maxLifetimeSeconds: maxLifetime,
    defaultLifetimeSeconds: defaultLifetime,
    allowedScopes: allowScope,
    requiredFields: requireField,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
