import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type Caller, EXPIRY_HEADER, expiryHeaders, GRACE_HEADER, readCaller } from 'gatehouse/backend';

/** A member of a request that was refused, as the problem's `errors` lists it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What a route answers; `body` is sent as JSON, and absent for 204. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that was routed. */
export interface PublicRequest {
  readonly event: APIGatewayProxyEvent;
  /** When API Gateway took the request: the only clock of these backends, so that equal events get equal answers. */
  readonly now: Date;
}

/** A request that passed the authorizer. */
export interface ProtectedRequest extends PublicRequest {
  readonly caller: Caller;
}

/**
 * Whose shared data a caller sees: that of its application, and of a caller that belongs to none its own. No application has the
 * name of a principal, which holds a `|`.
 */
export function ownerOf({ application, principal }: Caller): string {
  return application ?? principal;
}

/** Routes by `<METHOD> <path template>`, as the OpenAPI document writes them. */
export type Routes<Request> = Readonly<Record<string, (request: Request) => Answer>>;

/** A Lambda function behind an AWS_PROXY integration. */
export type Backend = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const TITLES = {
  400: 'Bad request',
  404: 'Not found',
  409: 'Conflict',
  415: 'Unsupported media type',
  500: 'Internal error',
} as const;

/** An answer that is no success: thrown by a route, sent as problem details (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: keyof typeof TITLES,
    detail: string,
    readonly errors?: readonly FieldError[],
  ) {
    super(detail);
  }
}

/** 400 for one named parameter or member of the body. */
export function invalid(field: string, message: string): Problem {
  return new Problem(400, `${field} ${message}`, [{ field, message }]);
}

/**
 * A backend for routes that need a token.
 *
 * It fails closed: when the context of the authorizer is missing, the request did not come through a protected route
 * (a route deployed without authorizer, a direct invocation, a trailing-slash bypass), and the answer is 500 before any
 * route is looked up.
 */
export function protectedBackend(routes: Routes<ProtectedRequest>): Backend {
  return (event) =>
    answer(() => {
      const caller = readCaller(event);
      const found = route(routes, event)({ event, now: timeOf(event), caller });
      return { ...found, headers: { ...expiryHeaders(caller), ...found.headers } };
    });
}

/** A backend for routes that anybody may call; it never looks at who does. */
export function publicBackend(routes: Routes<PublicRequest>): Backend {
  return (event) => answer(() => route(routes, event)({ event, now: timeOf(event) }));
}

function timeOf(event: APIGatewayProxyEvent): Date {
  const time = event.requestContext?.requestTimeEpoch;
  if (!Number.isFinite(time)) {
    throw new Error(`event has requestTimeEpoch ${JSON.stringify(time)}, expected milliseconds`);
  }
  return new Date(time);
}

function route<Request>(routes: Routes<Request>, event: APIGatewayProxyEvent): (request: Request) => Answer {
  const key = `${event.httpMethod} ${event.resource}`;
  const found = routes[key];
  if (found === undefined) {
    throw new Problem(404, `no route ${key}`);
  }
  return found;
}

async function answer(run: () => Answer): Promise<APIGatewayProxyResult> {
  try {
    const { status, body, headers } = run();
    return respond(status, 'application/json', body, headers);
  } catch (error) {
    if (error instanceof Problem) {
      return respondProblem(error);
    }
    // The reason goes to the log alone: callers learn nothing of the inside.
    console.error(JSON.stringify({ level: 'error', message: 'request failed', error: String(error) }));
    return respondProblem(new Problem(500, 'the request could not be served'));
  }
}

function respondProblem({ status, message, errors }: Problem): APIGatewayProxyResult {
  const title = TITLES[status];
  const slug = title.toLowerCase().replaceAll(' ', '-');
  const body = { type: `https://api.example.com/problems/${slug}`, title, status, detail: message };
  return respond(status, 'application/problem+json', errors === undefined ? body : { ...body, errors });
}

function respond(
  statusCode: number,
  contentType: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  const origin = process.env.CORS_ALLOW_ORIGIN;
  return {
    statusCode,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': contentType }),
      'Cache-Control': 'no-store',
      ...(origin
        ? {
            'Access-Control-Allow-Origin': origin,
            'Access-Control-Expose-Headers': `Location,${EXPIRY_HEADER},${GRACE_HEADER}`,
          }
        : {}),
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}
