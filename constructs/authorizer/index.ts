export {
  HttpApiTokenAuthorizer,
  type HttpApiTokenAuthorizerProps,
  type IHttpApi,
} from './http-api-token-authorizer';
export {
  type ApiTokenOptions,
  type IssuerOptions,
  longestLifeSeconds,
  type ProtectedApi,
  TokenAuthorizer,
  type TokenAuthorizerProps,
} from './token-authorizer';
