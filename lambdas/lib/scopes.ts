/**
 * Whether a scope that a token holds covers a required one: the same scope, `resource:*` for every action of the
 * resource, or `*` for all. The required side is never read as a pattern, so a required `sales:*` is covered by
 * `sales:*` and `*` alone.
 */
export function scopeMatches(granted: string, required: string): boolean {
  if (granted === required || granted === '*') {
    return true;
  }
  return (
    granted.length > 2 &&
    granted.endsWith(':*') &&
    required.length >= granted.length &&
    required.startsWith(granted.slice(0, -1))
  );
}

/** Whether `granted` covers every scope of `required`; an empty list is covered by nobody, because it states no rule. */
export function coversAll(granted: readonly string[], required: readonly string[]): boolean {
  return required.length > 0 && required.every((scope) => granted.some((held) => scopeMatches(held, scope)));
}

/** Whether a token with these scopes satisfies a rule: every scope of at least one alternative. */
export function satisfies(granted: readonly string[], anyOf: readonly (readonly string[])[]): boolean {
  return anyOf.some((alternative) => coversAll(granted, alternative));
}

/** Whether a caller that holds `held` may give `requested` to a token: never more than it holds, wildcards included. */
export function mayGrant(held: readonly string[], requested: readonly string[]): boolean {
  return requested.every((scope) => held.some((one) => scopeMatches(one, scope)));
}
