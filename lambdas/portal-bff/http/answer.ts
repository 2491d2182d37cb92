import { PROBLEM_MEDIA_TYPE, type ProblemError } from '../problem';

/** Answer to a proxy event of a REST API. */
export interface BffAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Several cookies are several values: a REST API has no other way to set them. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Nobody keeps what the function says, and no other origin reads it. */
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

interface AnswerOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
}

/** An answer in JSON. */
export function jsonAnswer(body: unknown, options: AnswerOptions = {}): BffAnswer {
  return textAnswer(JSON.stringify(body), 'application/json', options);
}

/** An answer of a given type. */
export function textAnswer(
  body: string,
  contentType: string | undefined,
  { status = 200, headers, cookies = [] }: AnswerOptions = {},
): BffAnswer {
  return {
    statusCode: status,
    headers: { ...ALWAYS, ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers },
    ...(cookies.length === 0 ? {} : { multiValueHeaders: { 'set-cookie': cookies } }),
    body,
  };
}

/** Sends the browser elsewhere by a GET (RFC 9110, 15.4.4). */
export function redirect(location: string, cookies: readonly string[] = []): BffAnswer {
  return textAnswer('', undefined, { status: 303, headers: { location }, cookies });
}

/** The answer to a request that is refused, or failed. */
export function problemAnswer(problem: ProblemError, requestId: string): BffAnswer {
  const { status, headers } = problem;
  return textAnswer(JSON.stringify(problem.body(requestId)), PROBLEM_MEDIA_TYPE, { status, headers });
}
