import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { meets, NO_SCOPE } from '../../lib/access-rule';
import type { Log } from '../../lib/log';
import { Fault } from '../domain/fault';
import type { Operations } from '../domain/operations';
import { problemOfFault } from './fault-problems';
import { once } from './idempotency';
import { internalProblem, invalidRequest, ProblemError, problemResponse } from './problems';
import { redact } from './redact';
import { refusalOf } from './refusals';
import { isRepeatable } from './repeatable';
import { type Environment, type OpenApi, type Route, requirementOf } from './route';
import { faultsOf } from './schema-faults';
import { ROUTES, SUBJECTS } from './subjects';

/** The HTTP operations of the token service. */
export function createApp(
  operations: Operations,
  options: { readonly basePath: string; readonly log: Log; readonly document: () => OpenApi },
) {
  const app = new OpenAPIHono<Environment>({
    defaultHook: (result) => {
      if (!result.success) {
        const part = result.target === 'json' ? 'body' : 'parameter';
        throw invalidRequest(faultsOf(result.error.issues, 'data' in result ? result.data : undefined, part));
      }
    },
  });

  // The gateway has checked the scope already; a route mounted with a weaker rule must not open it.
  for (const route of ROUTES) {
    const required = requirementOf(route);
    app.on(route.method, route.getRoutingPath(), async (context, next) => {
      if (isOfOther(route, context.req.method, context.req.path.slice(options.basePath.length))) {
        return next();
      }
      context.set('parameters', parametersOf(route));
      context.set('attempt', { action: route['x-gatehouse-action'], parameters: { ...context.req.param() } });
      if (required !== NO_SCOPE && !meets(context.env.caller.scopes, required)) {
        throw new ProblemError(
          'insufficient-scope',
          `the caller does not hold ${required.map((all) => all.join(' and ')).join(' or ')}`,
        );
      }
      if (isRepeatable(route)) {
        return once(context, next, { route, requests: operations.requests, log: options.log });
      }
      await next();
      return undefined;
    });
  }

  for (const subject of SUBJECTS) {
    subject.mount(app, operations, options.document);
  }

  const root = new OpenAPIHono<Environment>();
  root.route(options.basePath === '' ? '/' : options.basePath, app);
  root.notFound((context) =>
    problemResponse(new ProblemError('not-found', 'no operation has this method and path'), context.env.requestId),
  );
  root.onError(async (error, context) => {
    const { requestId } = context.env;
    const refusal = error instanceof Fault ? refusalOf(error, context.get('attempt'), context.env) : undefined;
    if (refusal !== undefined) {
      await operations.changes.refuse(refusal);
    }
    const problem = problemOf(error, context.get('parameters') ?? NO_PARAMETERS);
    return problemResponse(problem ?? logged(error, requestId, options.log), requestId);
  });
  return root;
}

/** Routes without parameters, which API Gateway prefers to those with one. */
const LITERAL = new Set(
  ROUTES.filter(({ path }) => !path.includes('{')).map(({ method, path }) => `${method.toUpperCase()} ${path}`),
);

/** Whether a request that a route with parameters would match too is for another route, as `/tokens/self` is beside `/tokens/{tokenId}`. */
function isOfOther({ path }: Route, method: string, requested: string): boolean {
  return path.includes('{') && LITERAL.has(`${method} ${requested}`);
}

const NO_PARAMETERS: ReadonlySet<string> = new Set();

type AnyObject = z.ZodObject;

/** Names of what a request of a route carries in its path and query. */
function parametersOf(route: Route): ReadonlySet<string> {
  const { params, query } = ('request' in route ? route.request : {}) as { params?: AnyObject; query?: AnyObject };
  return new Set(Object.keys({ ...params?.shape, ...query?.shape }));
}

/** The problem of an error whose text is for the caller; `undefined` for all others. */
function problemOf(error: Error, parameters: ReadonlySet<string>): ProblemError | undefined {
  if (error instanceof Fault) {
    return problemOfFault(error, parameters);
  }
  if (error instanceof ProblemError) {
    return error;
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new ProblemError('unsupported-media-type', 'the content type is not accepted, expected application/json');
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new ProblemError('malformed-json', 'the request body is not JSON, expected a JSON object');
  }
  return undefined;
}

/** Writes an unexpected error to the log and gives the problem that says nothing about it. */
export function logged(error: unknown, requestId: string | undefined, log: Log): ProblemError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  log({
    level: 'error',
    evt: 'token-service.error',
    fields: { errorName: name, errorMessage: redact(message), stack: stack && redact(stack), requestId },
  });
  return internalProblem();
}
