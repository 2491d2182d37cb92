export {
  ApiDefinition,
  ApiDefinitionError,
  type ApiDefinitionProps,
  type OpenApiDefinitionProps,
  type OpenApiSource,
} from './api-definition';
export type { ApiFacts, Routes } from './api-facts';
export { checkRoutes } from './checked-routes';
export type { CorsOptions } from './cors';
export { API_KEY_EXTENSION, BACKEND_EXTENSION, PUBLIC_EXTENSION } from './openapi/extensions';
export { OpenApiError, type OpenApiFault } from './openapi/faults';
export { NOTE_KINDS, type NoteKind, type OpenApiNote, summarizeNotes } from './openapi/notes';
export { type ParsedDocument, parseOpenApi } from './openapi/parse';
export { type OpenApiOptions, type OpenApiRoutes, readOpenApi, routesFromOpenApi } from './openapi/reader';
export { RouteError } from './path';
export {
  type BodySchema,
  mountRoutes,
  parseRouteKey,
  type RequestBody,
  ROUTE_METHODS,
  type RouteDefinition,
  type RouteProps,
  routeKey,
  routeRules,
} from './route';
export { TOKEN_SERVICE_BACKEND, tokenServiceRoutes } from './token-service-routes';
