export {
  type ApiTokenOptions,
  type IssuerOptions,
  type ProtectedApi,
  TokenAuthorizer,
  type TokenAuthorizerProps,
} from './token-authorizer';
