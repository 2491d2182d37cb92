import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { isLoopbackHost } from '../shared/host-names';

/** An error that a client of the local endpoints receives, under the name that AWS gives it. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** For an operation that AWS has and the sandbox has not. 501 is not retried by the SDKs, unlike other 5xx. */
export function unsupported(operation: string): AwsError {
  return new AwsError('UnsupportedOperationException', `the sandbox does not implement ${operation}`, 501);
}

export function unknownOperation(what: string): AwsError {
  return new AwsError('UnknownOperationException', `the sandbox knows no operation ${what}`, 501);
}

/** Why a request is refused before any service sees it, or undefined. */
export function refusal(request: IncomingMessage): AwsError | undefined {
  // A web page that the developer visits must not reach these endpoints: neither across origins nor by DNS rebinding.
  if (request.headers.origin !== undefined || !isLoopbackHost(request)) {
    return new AwsError(
      'AccessDeniedException',
      'the local endpoints answer no web page: loopback host, no Origin',
      403,
    );
  }
  // A client proves itself to the token endpoint by its own secret.
  if (!request.headers.authorization && request.url !== '/oauth2/token') {
    return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  return undefined;
}

/**
 * An error in the form of the JSON protocols. `__type` serves JSON 1.x, the header serves REST-JSON; a message is
 * spelt both ways because services differ.
 */
export function errorBody(error: AwsError): { headers: Record<string, string>; body: string } {
  return {
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': error.code,
      'x-amzn-requestid': randomUUID(),
    },
    body: JSON.stringify({ __type: error.code, message: error.message, Message: error.message }),
  };
}

export function sendError(response: ServerResponse, error: AwsError): void {
  const { headers, body } = errorBody(error);
  response.writeHead(error.status, headers).end(body);
}

/**
 * Checks a request's input.
 *
 * @throws AwsError with the given code, naming the member and the rule but never the value.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, code: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  throw new AwsError(code, problems.join('; '));
}

/** @throws AwsError `SerializationException`, without the text. */
export function parseJson(text: string): unknown {
  if (text === '') {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('SerializationException', 'the request body is not JSON');
  }
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * One page of a list whose entries have ascending keys. The position is the key of the last entry given, so entries
 * that go away meanwhile do no harm.
 *
 * @throws AwsError with the given code for a position that no page gave.
 */
export function page<T>(
  sorted: readonly T[],
  keyOf: (item: T) => number,
  request: { position: string | undefined; limit: number; code: string },
): Page<T> {
  const after = request.position === undefined ? -1 : Number(Buffer.from(request.position, 'base64url').toString());
  if (!Number.isInteger(after)) {
    throw new AwsError(request.code, 'invalid position');
  }
  const rest = sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, request.limit);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return { items, next: more ? Buffer.from(String(keyOf(last))).toString('base64url') : undefined };
}
