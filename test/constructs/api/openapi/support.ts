import { type OpenApiOptions, type OpenApiRoutes, type RouteDefinition, readOpenApi } from '../../../../constructs/api';

/** A document with one scheme and one backend. */
export function documentOf(paths: object, root: object = {}): object {
  return {
    openapi: '3.0.3',
    info: { title: 't', version: '1' },
    'x-gatehouse-backend': 'b',
    security: [{ token: ['a:read'] }],
    components: { securitySchemes: { token: { type: 'openIdConnect', openIdConnectUrl: 'https://x' } } },
    paths,
    ...root,
  };
}

export function read(paths: object, root: object = {}, options: Partial<OpenApiOptions> = {}): OpenApiRoutes {
  return readOpenApi(documentOf(paths, root), { source: 'api.json', ...options });
}

/** Reads a document with one operation. */
export function readOperation(method: string, operation: object, root: object = {}): OpenApiRoutes {
  return read({ '/a': { [method]: operation } }, root);
}

export function firstRoute(routes: OpenApiRoutes): RouteDefinition {
  const [route] = routes.routes;
  if (route === undefined) {
    throw new Error('there is no route');
  }
  return route;
}

/** Kinds of the notes with their details, `kind` or `kind name`. */
export function notesOf({ notes }: OpenApiRoutes): string[] {
  return notes.map(({ kind, detail }) => (detail === undefined ? kind : `${kind} ${detail}`));
}

/** A required JSON body of a schema. */
export function jsonBody(schema: object): object {
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}
