export {
  type ApiTokenOptions,
  type IssuerOptions,
  longestLifeSeconds,
  type ProtectedApi,
  TokenAuthorizer,
  type TokenAuthorizerProps,
} from './token-authorizer';
