import type { Caller } from '../lambdas/lib/caller';
import { satisfies } from '../lambdas/lib/scopes';

/**
 * Which scopes an operation needs: one scope, all scopes of a list, or the scopes of at least one list
 * (`anyOf` of all-of lists, as the `security` of an OpenAPI operation states them).
 */
export type RequiredScopes = string | readonly string[] | { readonly anyOf: readonly (readonly string[])[] };

/** The caller lacks a scope; the answer is 403. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError';

  constructor(
    /** Alternatives, each a list of scopes that are needed together. */
    readonly anyOf: readonly (readonly string[])[],
  ) {
    super(`the caller does not hold ${anyOf.map((all) => all.join(' and ')).join(' or ')}`);
  }
}

/**
 * Whether a caller holds the scopes. A token scope `resource:*` or `*` counts as a wildcard; a required one never does.
 */
export function hasScopes(caller: Pick<Caller, 'scopes'>, required: RequiredScopes): boolean {
  return satisfies(caller.scopes, alternatives(required));
}

/**
 * Checks scopes once more behind the gateway. The authorizer has done so for the route; a route that was mounted with a
 * weaker rule must not open the operation.
 *
 * @throws {ScopeError} when the caller lacks one, and also for an empty list: it states no rule
 */
export function requireScopes(caller: Pick<Caller, 'scopes'>, required: RequiredScopes): void {
  if (!hasScopes(caller, required)) {
    throw new ScopeError(alternatives(required));
  }
}

function alternatives(required: RequiredScopes): readonly (readonly string[])[] {
  return typeof required === 'string' ? [[required]] : 'anyOf' in required ? required.anyOf : [required];
}
