import { type Caller, CallerError, readCaller } from '../lambdas/lib/caller';
import { expiryHeaders } from '../lambdas/lib/token-headers';
import { type RequiredScopes, requireScopes, ScopeError } from './scopes';

/** An answer to API Gateway, as the proxy integrations of REST and HTTP APIs both take it. */
export interface ProxyAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
}

/** The answer that a caller gets in place of the handler's. */
export interface ProblemAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  /** Problem details (RFC 9457) as JSON. */
  readonly body: string;
}

export interface ProtectedHandlerOptions {
  /**
   * Scopes that every request needs, beside what the route requires.
   *
   * @default - only the route's own are checked, by the gateway
   */
  readonly scopes?: RequiredScopes;
  /** Receives what was refused; it holds no value of the request. @default - a line of JSON on standard error */
  readonly log?: (error: CallerError | ScopeError) => void;
}

/**
 * Wraps a Lambda function behind a proxy integration, so that it fails closed: without the context of the platform's
 * authorizer the answer is 500, without the scopes 403, and the handler is not called. Each answer of the handler, and each 403, tells
 * the caller when its token ends, and that a newer secret is to be used, so that a client can renew in time.
 *
 * A {@link ScopeError} of the handler is 403 too; its other errors pass through.
 */
export function protectedHandler<E, A extends ProxyAnswer, C = unknown>(
  handle: (event: E, caller: Caller, context: C) => A | Promise<A>,
  options: ProtectedHandlerOptions = {},
): (event: E, context: C) => Promise<A | ProblemAnswer> {
  const { scopes, log = logError } = options;
  return async (event, context) => {
    let caller: Caller | undefined;
    try {
      caller = readCaller(event);
      if (scopes !== undefined) {
        requireScopes(caller, scopes);
      }
      const answer = await handle(event, caller, context);
      return { ...answer, headers: { ...expiryHeaders(caller), ...answer.headers } };
    } catch (error) {
      if (error instanceof CallerError || error instanceof ScopeError) {
        log(error);
        const answer = problemAnswer(error);
        return caller === undefined ? answer : { ...answer, headers: { ...expiryHeaders(caller), ...answer.headers } };
      }
      throw error;
    }
  };
}

/** The answer to a caller for a refusal. It says nothing of the inside, and no cache may keep it. */
export function problemAnswer(error: CallerError | ScopeError): ProblemAnswer {
  const problem =
    error instanceof ScopeError
      ? { slug: 'insufficient-scope', title: 'Forbidden', status: 403, detail: error.message }
      : { slug: 'internal', title: 'Internal error', status: 500, detail: 'the request could not be served' };
  const { slug, ...rest } = problem;
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify({ type: `urn:gatehouse:problem:${slug}`, ...rest }),
  };
}

function logError({ name, message }: Error): void {
  console.error(JSON.stringify({ level: 'error', evt: 'backend.refused', error: `${name}: ${message}` }));
}
