export {
  type ApiTokenOptions,
  type IssuerOptions,
  TokenAuthorizer,
  type TokenAuthorizerProps,
} from './token-authorizer';
