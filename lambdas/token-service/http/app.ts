import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { Caller } from '../../lib/caller';
import type { Log } from '../../lib/log';
import { satisfies } from '../../lib/scopes';
import { Fault } from '../domain/fault';
import type { Issuing } from '../domain/issuing/issuing';
import type { Registration } from '../domain/registration';
import type { Revocations } from '../domain/revocation/revocations';
import type { Tokens } from '../domain/tokens';
import { problemOfFault } from './fault-problems';
import { internalProblem, invalidRequest, ProblemError, problemResponse } from './problems';
import { redact } from './redact';
import * as routes from './routes';
import { faultsOf } from './schema-faults';

/** What an HTTP request carries besides itself. */
export interface RequestBindings {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

/** What the HTTP operations do. */
export interface Operations {
  readonly issuing: Issuing;
  readonly tokens: Tokens;
  readonly registration: Registration;
  readonly revocations: Revocations;
}

type Environment = {
  Bindings: RequestBindings;
  /** Names of the members that the request carries in its path and query, once its route is known. */
  Variables: { parameters?: ReadonlySet<string> };
};

/** The HTTP operations of the token service. */
export function createApp(
  { issuing, tokens, registration, revocations }: Operations,
  options: { readonly basePath: string; readonly log: Log },
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
  for (const route of routes.ROUTES) {
    app.on(route.method, route.getRoutingPath(), async (context, next) => {
      context.set('parameters', parametersOf(route));
      const anyOf = route.security.flatMap((requirement) => Object.values(requirement));
      if (!satisfies(context.env.caller.scopes, anyOf)) {
        throw new ProblemError(
          'insufficient-scope',
          `the caller does not hold ${anyOf.map((all) => all.join(' and ')).join(' or ')}`,
        );
      }
      await next();
    });
  }

  app.on(routes.issueToken.method, routes.issueToken.getRoutingPath(), async (context, next) => {
    // The schema would leave the name out without a word, because no object can have it as an ordinary member.
    const body: unknown = await context.req.json().catch(() => undefined);
    const tags = (body as { readonly tags?: unknown } | null | undefined)?.tags;
    if (typeof tags === 'object' && tags !== null && Object.hasOwn(tags, '__proto__')) {
      throw invalidRequest([
        { pointer: '#/tags/__proto__', detail: 'tags.__proto__ is a reserved name, expected another' },
      ]);
    }
    await next();
  });

  app.openapi(routes.issueToken, async (context) => {
    const { caller, requestId } = context.env;
    const issued = await issuing.issue(context.req.valid('json'), caller, requestId);
    return context.json(issued, 201, { location: `tokens/${issued.id}` });
  });

  app.openapi(routes.listTokens, async (context) => context.json(await tokens.list(context.req.valid('query')), 200));

  app.openapi(routes.getToken, async (context) =>
    context.json(await tokens.get(context.req.valid('param').tokenId), 200),
  );

  app.openapi(routes.revokeToken, async (context) => {
    const { caller, requestId } = context.env;
    return context.json(await tokens.revoke(context.req.valid('param').tokenId, caller, requestId), 200);
  });

  app.openapi(routes.registerApplication, async (context) => {
    const { application } = context.req.valid('param');
    const { view, created } = await registration.register(
      { ...context.req.valid('json'), application },
      context.env.caller,
    );
    return created ? context.json(view, 201) : context.json(view, 200);
  });

  app.openapi(routes.revoke, async (context) => {
    const { caller, requestId } = context.env;
    const { view, created } = await revocations.add(context.req.valid('json'), caller, requestId);
    return created ? context.json(view, 201) : context.json(view, 200);
  });

  app.openapi(routes.listRevocations, async (context) => context.json(await revocations.list(), 200));

  app.openapi(routes.removeRevocation, async (context) => {
    const { caller, requestId } = context.env;
    await revocations.remove(context.req.valid('param').revocationId, caller, requestId);
    return context.body(null, 204);
  });

  const root = new OpenAPIHono<Environment>();
  root.route(options.basePath === '' ? '/' : options.basePath, app);
  root.notFound((context) =>
    problemResponse(new ProblemError('not-found', 'no operation has this method and path'), context.env.requestId),
  );
  root.onError((error, context) => {
    const { requestId } = context.env;
    const problem = problemOf(error, context.get('parameters') ?? NO_PARAMETERS);
    return problemResponse(problem ?? logged(error, requestId, options.log), requestId);
  });
  return root;
}

const NO_PARAMETERS: ReadonlySet<string> = new Set();

type AnyObject = z.ZodObject;

/** Names of what a request of a route carries in its path and query. */
function parametersOf(route: (typeof routes.ROUTES)[number]): ReadonlySet<string> {
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
