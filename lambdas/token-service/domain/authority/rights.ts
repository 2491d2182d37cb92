import type { Action } from './actions';
import { isAtLeast, type PlatformRole, type Role, TEAM_ROLES, type TeamRole } from './roles';

/** Who may do an action. What a row does not name may not. */
export interface Right {
  /** Lowest role in the team that the object belongs to. */
  readonly team?: TeamRole;
  /** Lowest role in that team for applications that the person maintains, and for their tokens. */
  readonly maintained?: TeamRole;
  /** An application, for itself and its own tokens alone. */
  readonly application?: true;
  /** Whoever issued the token, or what it was derived from, by its own token. */
  readonly issuer?: true;
  /** Platform roles, for every team. */
  readonly everywhere?: readonly PlatformRole[];
  /** Every valid caller: the answer holds what concerns the caller, or what is the same for all. */
  readonly anyone?: true;
}

/** What a caller reaches with an action, the narrowest first. */
export type Reach = 'own application' | 'maintained applications' | 'own team' | 'own' | 'all';

const EVERY_PLATFORM_ROLE = ['operator', 'auditor', 'registrar', 'revoker'] as const;

/** The one table of rights: who may do what. A team's role has what the lower roles have. */
export const RIGHTS: Readonly<Record<Action, Right>> = {
  'token.read': { team: 'viewer', application: true, everywhere: EVERY_PLATFORM_ROLE },
  'token.self': { anyone: true },
  'token.issue': { team: 'admin', maintained: 'developer', application: true, everywhere: ['operator', 'registrar'] },
  // What would become of a request to issue, and nothing of it is done.
  'token.validate': {
    team: 'admin',
    maintained: 'developer',
    application: true,
    everywhere: ['operator', 'registrar'],
  },
  'token.update': { team: 'admin', maintained: 'developer', application: true, everywhere: ['operator', 'registrar'] },
  'token.disable': {
    team: 'admin',
    maintained: 'developer',
    application: true,
    issuer: true,
    everywhere: ['operator', 'revoker'],
  },
  // Enabling undoes what contained a token. A token that leaked must not undo that for another of its application.
  'token.enable': { team: 'admin', maintained: 'developer', everywhere: ['operator'] },
  'token.rotate': { team: 'admin', maintained: 'developer', application: true, everywhere: ['operator', 'registrar'] },
  'token.end-grace': {
    team: 'admin',
    maintained: 'developer',
    application: true,
    issuer: true,
    everywhere: ['operator', 'registrar', 'revoker'],
  },
  'token.revoke': {
    team: 'admin',
    maintained: 'developer',
    application: true,
    issuer: true,
    everywhere: ['operator', 'revoker'],
  },
  'client.read': { team: 'viewer', application: true, everywhere: EVERY_PLATFORM_ROLE },
  // A client does not expire and is derived from nothing: a token, which ends, must not leave one behind, nor a credential of one.
  'client.create': { team: 'admin', maintained: 'developer', everywhere: ['operator'] },
  'client.update': { team: 'admin', maintained: 'developer', everywhere: ['operator'] },
  'client.add-key': { team: 'admin', maintained: 'developer', everywhere: ['operator'] },
  'client.remove-key': { team: 'admin', maintained: 'developer', everywhere: ['operator', 'revoker'] },
  'client.rotate': { team: 'admin', maintained: 'developer', everywhere: ['operator'] },
  'client.end-grace': { team: 'admin', maintained: 'developer', everywhere: ['operator', 'revoker'] },
  'client.disable': {
    team: 'admin',
    maintained: 'developer',
    application: true,
    everywhere: ['operator', 'revoker'],
  },
  'client.enable': { team: 'admin', maintained: 'developer', everywhere: ['operator'] },
  'client.remove': {
    team: 'admin',
    maintained: 'developer',
    application: true,
    everywhere: ['operator', 'revoker'],
  },
  'bulk.start': { team: 'admin', everywhere: ['operator', 'revoker'] },
  'bulk.read': { team: 'viewer', everywhere: ['operator', 'auditor', 'revoker'] },
  'application.read': { team: 'viewer', application: true, everywhere: EVERY_PLATFORM_ROLE },
  'application.register': { team: 'admin', application: true, everywhere: ['operator', 'registrar'] },
  'application.update': { team: 'admin', everywhere: ['operator', 'registrar'] },
  'application.maintain': { team: 'admin', everywhere: ['operator'] },
  // Asked for both teams: the one that gives and the one that takes.
  'application.transfer': { team: 'admin', everywhere: ['operator', 'registrar'] },
  'application.archive': { team: 'admin', everywhere: ['operator'] },
  'team.create': { everywhere: ['operator'] },
  'team.read': { team: 'viewer', everywhere: EVERY_PLATFORM_ROLE },
  'team.update': { team: 'admin', everywhere: ['operator'] },
  'team.archive': { team: 'owner', everywhere: ['operator'] },
  'member.add': { team: 'admin', everywhere: ['operator'] },
  'member.change': { team: 'admin', everywhere: ['operator'] },
  'member.remove': { team: 'admin', everywhere: ['operator'] },
  'catalogue.read': { anyone: true },
  'policy.read': { team: 'viewer', application: true, everywhere: EVERY_PLATFORM_ROLE },
  'usage.read': { team: 'viewer', application: true, everywhere: ['operator', 'auditor', 'revoker'] },
  'hygiene.read': { team: 'viewer', everywhere: ['operator', 'auditor'] },
  'trail.read': { team: 'viewer', everywhere: ['operator', 'auditor'] },
  'trail.export': { team: 'admin', everywhere: ['operator', 'auditor'] },
  'revocation.read': { anyone: true, everywhere: ['operator', 'auditor', 'revoker'] },
  'revocation.add': { anyone: true, everywhere: ['operator', 'revoker'] },
  'revocation.remove': { anyone: true, everywhere: ['operator', 'revoker'] },
};

/** What a role reaches with an action; `undefined` when nothing. */
export function reachOf(role: Role, action: Action): Reach | undefined {
  const right = RIGHTS[action];
  if (isPlatformRole(role)) {
    return right.everywhere?.includes(role) ? 'all' : right.anyone && 'own';
  }
  if (right.anyone) {
    return 'own';
  }
  if (role === 'application') {
    return right.application && 'own application';
  }
  if (right.team !== undefined && isAtLeast(role, right.team)) {
    return 'own team';
  }
  return right.maintained !== undefined && isAtLeast(role, right.maintained) ? 'maintained applications' : undefined;
}

/** Actions that show something and change nothing. */
export function isReading(action: Action): boolean {
  return action.endsWith('.read') || action === 'token.self';
}

/** Actions that leave everything as it is, though their requests may not be of the method GET. */
export function isHarmless(action: Action): boolean {
  return isReading(action) || action === 'token.validate' || action === 'trail.export';
}

/** Who may do an action, for people. */
export function whoMay(action: Action): string {
  const { team, maintained, everywhere = [] } = RIGHTS[action];
  const inTeam = TEAM_ROLES.filter((role) => team !== undefined && isAtLeast(role, team));
  const maintaining = TEAM_ROLES.filter(
    (role) => maintained !== undefined && isAtLeast(role, maintained) && !inTeam.includes(role),
  );
  const people = [
    ...(inTeam.length === 0 ? [] : [`the role ${inTeam.join(' or ')} in the team`]),
    ...maintaining.map((role) => `the role ${role} and maintaining the application`),
    ...everywhere.map((role) => `the platform role ${role}`),
  ];
  return people.join(', or ');
}

function isPlatformRole(role: Role): role is PlatformRole {
  return (EVERY_PLATFORM_ROLE as readonly Role[]).includes(role);
}
