/**
 * Whether a scope may be given to a token: a declared one, `*`, or `resource:*` for a resource of which at least one
 * scope is declared. A scope that nothing declares would grant nothing today and something unforeseen tomorrow.
 */
export function isKnownScope(scope: string, declared: Readonly<Record<string, string>>): boolean {
  if (scope === '*' || Object.hasOwn(declared, scope)) {
    return true;
  }
  const resource = scope.slice(0, -1);
  return scope.endsWith(':*') && Object.keys(declared).some((name) => name.startsWith(resource));
}
