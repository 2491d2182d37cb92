/** A scope as OAuth writes it: printable, without a blank, a quote or a backslash. Source: RFC 6749, 3.3 (`scope-token`). */
export const OAUTH_SCOPE = /^[!#-[\]-~]+$/;

/**
 * A scope that the authorizer of this kit can require. The audit imports no function: a test holds this and
 * `lambdas/lib/grammar.ts` together.
 */
export const REQUIRED_SCOPE = /^[A-Za-z0-9._/-]+(:[A-Za-z0-9._/-]+)+$/;
