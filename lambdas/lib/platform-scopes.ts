/** Scopes of the token service's own operations. */
export const TOKEN_SERVICE_SCOPES = {
  /** List and read the records of tokens and revocations. */
  read: 'tokens:read',
  /** Issue tokens no wider than the own one, and revoke those of the own application. */
  write: 'tokens:write',
  /** Make and change teams, their members and their policies, as far as the caller's role goes. */
  teams: 'teams:write',
  /** Read the audit trail, as far as the caller's role goes. */
  trail: 'trail:read',
  /** Register any application, and issue for any application, team and tier. */
  applications: 'applications:write',
  /** Revoke tokens of others: of an application, a subject, a key, an issuer. */
  revocations: 'revocations:write',
} as const;

/** The platform's own scopes, and the wildcards over their resources. */
const PLATFORM_SCOPES: ReadonlySet<string> = new Set(
  Object.values(TOKEN_SERVICE_SCOPES).flatMap((scope) => [scope, `${scope.slice(0, scope.indexOf(':'))}:*`]),
);

/** Whether a scope is one of the platform's own, or a wildcard over them: an issuer grants it only where its list names it. */
export function isPlatformScope(scope: string): boolean {
  return PLATFORM_SCOPES.has(scope);
}

/**
 * Whether a scope is held by its exact name only. No wildcard stands for it, because whoever has it reaches beyond what its own token may do.
 */
export function isLiteralScope(scope: string): boolean {
  const { applications, revocations } = TOKEN_SERVICE_SCOPES;
  return scope === applications || scope === revocations;
}
