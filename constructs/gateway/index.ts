export { ACCESS_LOG_FIELDS, ACCESS_LOG_VERSION, accessLogFormat, forbiddenInAccessLog } from './access-log';
export type { CorsOptions } from './cors';
export { API_KEY_EXTENSION, BACKEND_EXTENSION, type OpenApiOptions, routesFromOpenApi } from './openapi';
export { OpenApiError } from './openapi-document';
export { PUBLIC_EXTENSION } from './openapi-security';
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
