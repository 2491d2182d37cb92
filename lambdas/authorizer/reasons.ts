/** What was decided about a request. */
export type Decision = 'allow' | 'deny' | 'unauthorized' | 'error';

/** Why, as a closed set: metrics and log queries group by it. The caller never sees it. */
export type Reason =
  | 'ok'
  // unauthorized: 401
  | 'missing'
  | 'malformed'
  | 'unknown_token'
  | 'revoked'
  | 'disabled'
  | 'blocked'
  | 'expired'
  | 'not_yet_valid'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'bad_claims'
  | 'unknown_key'
  | 'bad_signature'
  | 'inactive'
  | 'sender_constraint'
  // deny: 403
  | 'scope_denied'
  | 'unusual_path'
  | 'source_address'
  | 'wrong_environment'
  // error: 500
  | 'store_error'
  | 'config_error'
  | 'output_too_large'
  | 'internal';

/** A credential that is refused with 401. */
export interface Refusal {
  readonly refused: Reason;
  /** Public id of the token, where it has the form of an API token. */
  readonly tokenId?: string;
  /** Name of the claim or header member that `bad_claims` is about. */
  readonly claim?: string;
}

/** A failure of a dependency or of the configuration; the caller gets 500 and nothing is cached. */
export class AuthorizerError extends Error {
  readonly isAuthorizerError = true;

  constructor(
    readonly reason: 'store_error' | 'config_error' | 'output_too_large',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** The reason of a failure. An optional part has its own copy of the class, so its instances are told by what they hold. */
export function reasonOf(error: unknown): Reason {
  return (error as Partial<AuthorizerError> | undefined)?.isAuthorizerError
    ? (error as AuthorizerError).reason
    : 'internal';
}

/** Handler of a failed read of something that the authorizer depends on: says what failed. */
export function unreadable(what: string): (cause: unknown) => never {
  return (cause) => {
    throw new AuthorizerError('store_error', `${what} cannot be read`, cause);
  };
}
