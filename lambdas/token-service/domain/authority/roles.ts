/** Roles of the members of a team. Each includes those before it. */
export const TEAM_ROLES = ['viewer', 'developer', 'admin', 'owner'] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/**
 * Roles that count for every team. The configuration names operators and auditors by issuer and subject, and an administrator's token is an
 * operator; whoever holds `applications:write` by its exact name is a registrar, and with `revocations:write` a revoker.
 */
export const PLATFORM_ROLES = ['operator', 'auditor', 'registrar', 'revoker'] as const;
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/** Every role. An `application` is an API token, or an access token that is bound to an application: it acts for that application alone. */
export const ROLES = [...TEAM_ROLES, 'application', ...PLATFORM_ROLES] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role of a team is at least another one. */
export function isAtLeast(role: TeamRole, other: TeamRole): boolean {
  return TEAM_ROLES.indexOf(role) >= TEAM_ROLES.indexOf(other);
}

/** Whether a role is one of a team. */
export function isTeamRole(role: string): role is TeamRole {
  return (TEAM_ROLES as readonly string[]).includes(role);
}

/** The team of what names none. It always exists. */
export const DEFAULT_TEAM = 'default';
