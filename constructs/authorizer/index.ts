export {
  HttpApiTokenAuthorizer,
  type HttpApiTokenAuthorizerProps,
  type IHttpApi,
} from './http-api-token-authorizer';
export type { IdentityProvider, ProviderOptions } from './identity-providers';
export type { IntrospectionOptions } from './introspection';
export { type DpopOptions, dpopAlgorithms } from './sender-constraints';
export {
  type ApiTokenOptions,
  type IssuerOptions,
  longestLifeSeconds,
  type ProtectedApi,
  TokenAuthorizer,
  type TokenAuthorizerProps,
} from './token-authorizer';
