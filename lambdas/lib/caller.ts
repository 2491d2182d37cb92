import { AUTH_METHODS, type AuthMethod, parsePrincipal } from './principal';

/** Who calls, as the platform's authorizer found out. A backend never sees the token itself. */
export interface Caller {
  /** Public id of the API token, or the `jti` of the access token. */
  readonly tokenId: string;
  /**
   * Who acts, as one text that is unique among all callers of the platform: method, issuer and subject together. What belongs to
   * a caller is stored under this, never under the subject alone.
   */
  readonly principal: string;
  /** Issuer of the access token; for an API token the platform. */
  readonly issuer: string;
  /** Subject of the access token, unique within its issuer only; for an API token its public id. */
  readonly subject: string;
  /** What the token belongs to: limits and usage count by it. Access tokens have one where their issuer is bound to it. */
  readonly application?: string;
  /** Client that an access token was issued to, as its issuer names it. */
  readonly clientId?: string;
  readonly team?: string;
  /** Environment of the platform. */
  readonly environment: string;
  /** All scopes of the token, also those that this route does not need; wildcards (`sales:*`, `*`) as they are. */
  readonly scopes: readonly string[];
  readonly tier?: string;
  /** When the token was issued, or the secret of the API token that was used; epoch seconds. */
  readonly issuedAt: number;
  /** Expiry as the token states it, in epoch seconds. */
  readonly expiresAt: number;
  /**
   * When the secret ends that was used, in epoch seconds: a rotation is pending, and the newer secret is to be used.
   *
   * @default - it is the newest one, which ends with the token
   */
  readonly graceUntil?: number;
  readonly authMethod: AuthMethod;
  /** Generation of the secret that was used (API tokens). */
  readonly secretGeneration?: number;
  /** Id of the key that signed the token (access tokens). */
  readonly keyId?: string;
  /**
   * What the token was derived from (access tokens of the platform's own issuer): `token:<id>` of an API token, `client:<id>`, `session:<id>`.
   *
   * @default - it was derived from nothing that the platform knows
   */
  readonly source?: string;
}

/**
 * The authorizer's context is missing, or is not one that the platform's authorizer made. The request did not come
 * through a protected route: a route deployed without authorizer, a direct invocation, a trailing slash that reached
 * another route. Nothing may be done for it.
 */
export class CallerError extends Error {
  override readonly name = 'CallerError';
}

/**
 * Reads who calls from the event of a proxy integration: `requestContext.authorizer` of a REST API or of payload format
 * 1.0, `requestContext.authorizer.lambda` of payload format 2.0. The event itself is unchecked.
 *
 * Source: "Set up Lambda proxy integrations" and "Create AWS Lambda proxy integrations for HTTP APIs", Amazon API
 * Gateway developer guide.
 *
 * @throws {CallerError} when the context is missing, or a value is missing or malformed; it quotes no value
 */
export function readCaller(event: unknown): Caller {
  const authorizer = member(member(event, 'requestContext'), 'authorizer');
  const context = member(event, 'version') === '2.0' ? member(authorizer, 'lambda') : authorizer;
  if (typeof context !== 'object' || context === null) {
    throw new CallerError('the request has no authorizer context, expected one of the platform authorizer');
  }
  const authMethod = AUTH_METHODS.find((one) => one === member(context, 'authMethod'));
  const scopes = member(context, 'scopes');
  if (authMethod === undefined || typeof scopes !== 'string') {
    const wrong = authMethod === undefined ? 'authMethod' : 'scopes';
    throw new CallerError(`the authorizer context has no ${wrong} of the platform authorizer`);
  }
  const text = required(context, 'principal');
  const issuer = required(context, 'issuer');
  const principal = parsePrincipal(text);
  if (principal?.method !== authMethod || principal.issuer !== issuer) {
    throw new CallerError('the authorizer context has a principal that is not of its authMethod and issuer');
  }
  return {
    tokenId: required(context, 'tokenId'),
    principal: text,
    issuer,
    subject: principal.subject,
    environment: required(context, 'environment'),
    scopes: scopes.split(' ').filter((scope) => scope !== ''),
    issuedAt: integer(required(context, 'issuedAt'), 'issuedAt'),
    expiresAt: integer(required(context, 'expiresAt'), 'expiresAt'),
    authMethod,
    ...optional(context, 'application', asItIs),
    ...optional(context, 'clientId', asItIs),
    ...optional(context, 'team', asItIs),
    ...optional(context, 'tier', asItIs),
    ...optional(context, 'graceUntil', integer),
    ...optional(context, 'secretGeneration', integer),
    ...optional(context, 'keyId', asItIs),
    ...optional(context, 'source', asItIs),
  };
}

function required(context: object, name: keyof Caller): string {
  const value = member(context, name);
  if (typeof value !== 'string' || value === '') {
    throw new CallerError(`the authorizer context has no ${name}, expected a text`);
  }
  return value;
}

function optional<T, N extends keyof Caller>(
  context: object,
  name: N,
  read: (text: string, name: N) => T,
): { readonly [name in N]?: T } {
  const value = member(context, name);
  if (value === undefined || value === '') {
    return {};
  }
  if (typeof value !== 'string') {
    throw new CallerError(`the authorizer context has a ${name} of type ${typeof value}, expected a text`);
  }
  return { [name]: read(value, name) } as { readonly [name in N]?: T };
}

/** API Gateway hands every value on as text. */
function integer(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new CallerError(`the authorizer context has a ${name} that is no number`);
  }
  return Number(text);
}

/** An own member of an object, and nothing of its prototype. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function asItIs(text: string): string {
  return text;
}
