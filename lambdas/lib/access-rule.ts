/**
 * Who may call a route.
 *
 * - `scopes`: a token that holds every scope of at least one of the alternatives (`anyOf` of all-of lists), as the
 *   `security` of an OpenAPI operation states them. A token scope `resource:*` or `*` matches as a wildcard.
 * - `public`: anybody; the written reason is mandatory.
 * - `iam`: callers signed with AWS Signature Version 4; the authorizer never sees them.
 */
export type AccessRule =
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'public'; readonly reason: string }
  | { readonly kind: 'iam' };

/** A route of one API: method, path template (`/v1/sales/{region}`) and its access rule. */
export interface RouteRule {
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Path template, beginning with `/`. */
  readonly path: string;
  readonly rule: AccessRule;
}
