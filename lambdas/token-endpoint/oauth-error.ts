/** Error codes of RFC 6749 (5.2), RFC 8707 (2) and RFC 9449 (5, 8), and those by which a dependency or the function itself failed. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'temporarily_unavailable'
  | 'server_error';

const STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  temporarily_unavailable: 503,
  server_error: 500,
};

/** A request that is refused, or cannot be answered. What the caller reads never quotes what it sent. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Why, for the log of decisions: the caller may not learn it. @default - what the caller is told */
  readonly reason: string;

  constructor(
    readonly code: OAuthErrorCode,
    /** ASCII without quotation marks and backslashes (RFC 6749, 5.2). */
    readonly description: string,
    options: {
      readonly reason?: string | undefined;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(description, { cause: options.cause });
    this.status = options.status ?? STATUS[code] ?? 400;
    this.headers = options.headers ?? {};
    this.reason = options.reason ?? description;
  }
}

/** Seconds after which a caller may try again what failed because the table or a secret could not be read. */
const RETRY_SECONDS = 5;

/** The answer while something that the endpoint depends on is out of reach. */
export function unavailable(what: string, cause: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', 'the request cannot be answered at the moment, try again later', {
    reason: `${what} is out of reach`,
    headers: { 'retry-after': String(RETRY_SECONDS) },
    cause,
  });
}

/** The one answer to every client that did not authenticate, whatever was wrong: nobody learns which clients there are. */
export function invalidClient(reason: string): OAuthError {
  return new OAuthError('invalid_client', 'client authentication failed', { reason });
}
