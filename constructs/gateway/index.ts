export { ACCESS_LOG_FIELDS, ACCESS_LOG_VERSION, accessLogFormat, forbiddenInAccessLog } from './access-log';
export { type IRestGateway, ORIGIN_STAGE_VARIABLE, type RestApiAttributes, RestGateway } from './rest-gateway';
export type { IRestGatewayMetrics } from './rest-gateway-metrics';
export type { RestGatewayProps, StageThrottle } from './rest-gateway-props';
