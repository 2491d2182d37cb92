import { satisfies } from './scopes';

/**
 * Who may call a route.
 *
 * - `scopes`: a token that holds every scope of at least one of the alternatives (`anyOf` of all-of lists), as the
 *   `security` of an OpenAPI operation states them. A token scope `resource:*` or `*` matches as a wildcard.
 * - `authenticated`: every valid credential, whatever its scopes; the written reason, why no scope is needed, is mandatory.
 * - `public`: anybody; the written reason is mandatory.
 * - `iam`: callers signed with AWS Signature Version 4; the authorizer never sees them.
 */
export type AccessRule =
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'authenticated'; readonly reason: string }
  | { readonly kind: 'public'; readonly reason: string }
  | { readonly kind: 'iam' };

/** What the authorizer asks of a credential that is valid: alternatives of all-of scope lists, or nothing more. */
export type Requirement = readonly (readonly string[])[] | typeof NO_SCOPE;

/**
 * Stands for "no scope is needed". It is a word of its own: an empty list of scopes states no rule, and nobody fulfils it.
 */
export const NO_SCOPE = 'authenticated';

/** Whether a valid credential with these scopes meets what a route asks for. */
export function meets(granted: readonly string[], required: Requirement): boolean {
  return required === NO_SCOPE || satisfies(granted, required);
}

/** Whether the authorizer decides about the routes of a rule; it never sees requests for others. */
export function needsCredential({ kind }: AccessRule): boolean {
  return kind === 'scopes' || kind === 'authenticated';
}

/** A route of one API: method, path template (`/v1/sales/{region}`) and its access rule. */
export interface RouteRule {
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Path template, beginning with `/`. */
  readonly path: string;
  readonly rule: AccessRule;
}
