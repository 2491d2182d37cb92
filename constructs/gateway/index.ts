export { ACCESS_LOG_FIELDS, ACCESS_LOG_VERSION, accessLogFormat, forbiddenInAccessLog } from './access-log';
export type { CorsOptions } from './cors';
export { API_KEY_EXTENSION, BACKEND_EXTENSION, PUBLIC_EXTENSION } from './openapi/extensions';
export { OpenApiError, type OpenApiFault } from './openapi/faults';
export { NOTE_KINDS, type NoteKind, type OpenApiNote, summarizeNotes } from './openapi/notes';
export { type ParsedDocument, parseOpenApi } from './openapi/parse';
export { type OpenApiOptions, type OpenApiRoutes, readOpenApi, routesFromOpenApi } from './openapi/reader';
export {
  type AuthorizerOptions,
  type IRestGateway,
  type OpenApiSource,
  ORIGIN_STAGE_VARIABLE,
  RestGateway,
  type RestGatewayProps,
  type StageThrottle,
} from './rest-gateway';
export {
  type BodySchema,
  checkRoutes,
  mountRoutes,
  parseRouteKey,
  type RequestBody,
  ROUTE_METHODS,
  type RouteDefinition,
  RouteError,
  type RouteProps,
  routeKey,
  routeRules,
} from './route';
