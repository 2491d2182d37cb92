/**
 * How names, scopes and words are written, each once. Constructs, the JSON Schema of the configuration, the reader of OpenAPI
 * documents and the token service take them from here, so that none of them accepts what another refuses.
 */
export interface Grammar {
  /** Matches the whole text. */
  readonly pattern: RegExp;
  /** What is allowed, as an error says it: `<place> is "…", allowed is <allowed>`. */
  readonly allowed: string;
}

/**
 * A scope as an operation requires it. The characters are those of RFC 6749 (3.3) that documents and authorization servers in use
 * have; an asterisk is none of them, so a required scope is never a wildcard.
 */
export const SCOPE: Grammar = {
  pattern: /^[A-Za-z0-9._/-]+(:[A-Za-z0-9._/-]+)+$/,
  allowed: '"<resource>:<action>" of A-Z a-z 0-9 . _ / - without a wildcard',
};

/** A scope that a platform declares: one that operations require, or all actions of a resource. */
export const DECLARED_SCOPE: Grammar = {
  pattern: /^[A-Za-z0-9._/-]+(:[A-Za-z0-9._/-]+)*:([A-Za-z0-9._/-]+|\*)$/,
  allowed: '"<resource>:<action>" or "<resource>:*" of A-Z a-z 0-9 . _ / -',
};

/** A scope that a token may hold, or an issuer grant: a declared one, or `*` for all. */
export const GRANTED_SCOPE: Grammar = {
  pattern: /^(\*|[A-Za-z0-9._/-]+(:[A-Za-z0-9._/-]+)*:([A-Za-z0-9._/-]+|\*))$/,
  allowed: '"<resource>:<action>", "<resource>:*" or "*" of A-Z a-z 0-9 . _ / -',
};

/** Name of a tier, a part of the names of usage plans. */
export const TIER: Grammar = {
  pattern: /^[a-z][a-z0-9-]{0,19}$/,
  allowed: 'a lower-case letter, then at most 19 lower-case letters, digits or hyphens',
};

/** Name of an application. */
export const APPLICATION: Grammar = {
  pattern: /^[a-z][a-z0-9-]{0,62}$/,
  allowed: 'a lower-case letter, then at most 62 lower-case letters, digits or hyphens',
};

/** Name of a team. */
export const TEAM: Grammar = {
  pattern: /^[a-z][a-z0-9-]{0,62}$/,
  allowed: 'a lower-case letter, then at most 62 lower-case letters, digits or hyphens',
};

/** Id of a member of a team. */
export const MEMBER_ID: Grammar = {
  pattern: /^[A-Za-z0-9_-]{22}$/,
  allowed: '22 letters, digits, hyphens or underscores',
};

/** Brand of API tokens, their first word. */
export const BRAND: Grammar = { pattern: /^[a-z]{2,10}$/, allowed: '2 to 10 lower-case letters' };

/**
 * Brand of the secrets of OAuth clients of a platform: they have the form of its API tokens, and are told from them by this word, so that
 * scanners find both and neither is ever taken for the other.
 */
export function clientSecretBrand(brand: string): string {
  return `${brand.slice(0, MOST_BRAND_LETTERS - CLIENT_SECRET_MARK.length)}${CLIENT_SECRET_MARK}`;
}

const MOST_BRAND_LETTERS = 10;
const CLIENT_SECRET_MARK = 'cs';

/** Environment words of API tokens. */
export const TOKEN_ENVIRONMENTS = ['live', 'test'] as const;
export type TokenEnvironment = (typeof TOKEN_ENVIRONMENTS)[number];

/** Public id of an API token. */
export const TOKEN_ID: Grammar = { pattern: /^[0-9A-Za-z]{16}$/, allowed: '16 letters or digits' };

/** First part of every resource name. */
export const PREFIX: Grammar = {
  pattern: /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/,
  allowed: '2 to 16 of a-z 0-9 -, beginning with a letter',
};

/** Name of an environment, the second part of every resource name. */
export const ENVIRONMENT: Grammar = {
  pattern: /^[a-z][a-z0-9-]{0,11}$/,
  allowed: '1 to 12 of a-z 0-9 -, beginning with a letter',
};

/** Id of an API: by it a gateway tells the authorizer, in a stage variable, whose routes to go by. */
export const API_ID: Grammar = { pattern: /^[A-Za-z0-9._-]{1,64}$/, allowed: '1 to 64 of A-Z a-z 0-9 . _ -' };

/**
 * Name of an integration of a gateway. Together with the gateway's name it is a statement id of a function's policy, which has at
 * most 100 characters.
 */
export const BACKEND: Grammar = { pattern: /^[A-Za-z0-9_-]{1,28}$/, allowed: '1 to 28 of A-Z a-z 0-9 - _' };

/** An AWS account. */
export const ACCOUNT: Grammar = { pattern: /^[0-9]{12}$/, allowed: '12 digits' };

/** An AWS region. */
export const REGION: Grammar = {
  pattern: /^[a-z]{2}(-[a-z]+)+-[0-9]$/,
  allowed: 'a region such as "eu-central-1"',
};

/** Origin of a browser application (RFC 6454, 6.2), without a wildcard. */
export const ORIGIN: Grammar = {
  pattern: /^(https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?|http:\/\/(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)$/,
  allowed: 'an origin such as "https://dashboard.example.com", without a path or a wildcard; http for localhost alone',
};

/** Address under which an API is published, with its base path. */
export const PUBLIC_URL: Grammar = {
  pattern: /^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)(\/[^?#\s]*)?$/,
  allowed: 'an https address without query, such as "https://api.example.com/shop"',
};

/** Address of what an access token is for (RFC 8707, 2). */
export const RESOURCE: Grammar = {
  pattern: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s#"\\]{1,500}$/,
  allowed: 'an absolute URI without a fragment, such as "https://api.example.com/shop"',
};

/** Path under which the token service is mounted. */
export const BASE_PATH: Grammar = {
  pattern: /^(\/[a-z0-9-]+)+$/,
  allowed: 'a path such as "/v1" of a-z 0-9 -, without a slash at the end',
};

/** JWS algorithms (RFC 7518, 3.1; RFC 8037) of access tokens and of DPoP proofs. All of them are asymmetric. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The same in the order of preference, as they are offered to clients that make DPoP proofs (RFC 9449, 5.1). */
export const DPOP_ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA', 'PS256', 'RS256'];

/** Ways to bind a token to its sender: a key that signs proofs (RFC 9449), or a certificate (RFC 8705). */
export const SENDER_CONSTRAINTS = ['dpop', 'mtls'] as const;
export type SenderConstraint = (typeof SENDER_CONSTRAINTS)[number];

/** How a revocation reaches an API: with the next request, or within a bound. */
export const REVOCATION_MODES = ['strict', 'bounded'] as const;
export type RevocationMode = (typeof REVOCATION_MODES)[number];

/** Members that only private and symmetric JSON Web Keys have (RFC 7518, 6.2.2, 6.3.2 and 6.4.1; RFC 8037, 2). */
export const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;
