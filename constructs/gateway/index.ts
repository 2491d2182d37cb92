export type { CorsOptions } from '../api/cors';
export { API_KEY_EXTENSION, BACKEND_EXTENSION, PUBLIC_EXTENSION } from '../api/openapi/extensions';
export { OpenApiError, type OpenApiFault } from '../api/openapi/faults';
export { NOTE_KINDS, type NoteKind, type OpenApiNote, summarizeNotes } from '../api/openapi/notes';
export { type ParsedDocument, parseOpenApi } from '../api/openapi/parse';
export { type OpenApiOptions, type OpenApiRoutes, readOpenApi, routesFromOpenApi } from '../api/openapi/reader';
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
} from '../api/route';
export { ACCESS_LOG_FIELDS, ACCESS_LOG_VERSION, accessLogFormat, forbiddenInAccessLog } from './access-log';
export {
  type AuthorizerOptions,
  type IRestGateway,
  type OpenApiSource,
  ORIGIN_STAGE_VARIABLE,
  RestGateway,
  type RestGatewayProps,
  type StageThrottle,
} from './rest-gateway';
