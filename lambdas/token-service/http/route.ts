import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { NO_SCOPE, type Requirement } from '../../lib/access-rule';
import { TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import type { Action } from '../domain/authority/actions';
import type { Operations } from '../domain/operations';
import type { Origin } from '../domain/origin';
import { Problem } from './common-schemas';
import { PROBLEM_MEDIA_TYPE } from './problems';
import type { Attempt } from './refusals';
import { IDEMPOTENCY_KEY, isRepeatable } from './repeatable';

/** Name of the security scheme in the OpenAPI document. */
export const SECURITY_SCHEME = 'token';

/** What an HTTP request carries besides itself. */
export type RequestBindings = Origin;

export type Environment = {
  Bindings: RequestBindings;
  /** Names of the members that the request carries in its path and query, once its route is known. */
  Variables: { parameters?: ReadonlySet<string>; attempt?: Attempt };
};

/** The application that handlers are mounted on. */
export type App = OpenAPIHono<Environment>;

/** What a route says beyond method, path and shapes. */
export interface Route extends Omit<RouteConfig, 'security'> {
  readonly security: Record<string, string[]>[];
  readonly 'x-gatehouse-action': Action;
  /** Why every valid credential may call it, whatever its scopes. @default - scopes are needed */
  readonly 'x-gatehouse-authenticated'?: string;
  getRoutingPath(): string;
}

/** The description of the HTTP API, with the path below which it is served. */
export type OpenApi = { readonly openapi: string };

/** Everything of one subject, such as tokens or teams: its routes, and the handlers of each of them. */
export interface Subject {
  /** In the order of the document. */
  readonly routes: readonly Route[];
  mount(app: App, operations: Operations, document: () => OpenApi): void;
}

/** What every operation tells the gateway: no usage key is needed, and which backend serves it. */
const gateway = { 'x-gatehouse-api-key': false, 'x-gatehouse-backend': 'token-service' } as const;

/** A route of the token service: it names the scopes that the gateway asks for, and the action that the caller's role has to allow. */
export function defineRoute<
  P extends string,
  R extends Omit<RouteConfig, 'path' | 'security'> & {
    path: P;
    security: Readonly<Record<string, string[]>>[];
    'x-gatehouse-action': Action;
  },
>(route: R) {
  return createRoute<P, R & typeof gateway>({ ...gateway, ...(isRepeatable(route) ? withKey(route) : route) });
}

/** A route whose requests may have a key. */
function withKey<R extends Omit<RouteConfig, 'security'>>(route: R): R {
  const { headers } = (route.request ?? {}) as { headers?: z.ZodObject };
  return { ...route, request: { ...route.request, headers: z.object({ ...headers?.shape, [IDEMPOTENCY_KEY]: key }) } };
}

const key = z.string().optional().openapi({
  description:
    'Names the request for a day: when it is repeated with the same key, it is not done again, and the first answer comes once more, without a token.',
});

/** What the gateway asks of the caller's credential. */
export function requirementOf(route: Pick<Route, 'security' | 'x-gatehouse-authenticated'>): Requirement {
  return route['x-gatehouse-authenticated'] === undefined
    ? route.security.flatMap((requirement) => Object.values(requirement))
    : NO_SCOPE;
}

/** A credential without any scope; the route says beside it why that is enough. */
export const authenticated = [{ [SECURITY_SCHEME]: [] as string[] }];
export const read = [{ [SECURITY_SCHEME]: [TOKEN_SERVICE_SCOPES.read as string] }];
export const writeTeams = [{ [SECURITY_SCHEME]: [TOKEN_SERVICE_SCOPES.teams as string] }];
export const write = [{ [SECURITY_SCHEME]: [TOKEN_SERVICE_SCOPES.write as string] }];

export const problem = (description: string) => ({
  description,
  content: { [PROBLEM_MEDIA_TYPE]: { schema: Problem } },
});

/** Problems of the gateway and of the service that every operation has. */
export const problems = {
  400: problem('The request is not valid.'),
  403: problem('The caller may not do this.'),
  500: problem('The token service failed.'),
} as const;

export const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
