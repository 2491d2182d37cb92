export { ownKeySetAddress } from '../../lambdas/lib/own-key-set';
export type { RotationRecordPlace } from '../../lambdas/lib/rotation-record';
export {
  HttpApiTokenAuthorizer,
  type HttpApiTokenAuthorizerProps,
  httpApiCors,
  type IHttpApi,
} from './http-api-token-authorizer';
export type { IdentityProvider, ProviderOptions } from './identity-providers';
export type { IntrospectionOptions } from './introspection';
export type { IssuerOptions } from './issuer-options';
export { constraintsOf, type DpopOptions } from './sender-constraints';
export {
  type ITokenAuthorizer,
  TokenAuthorizer,
  type TokenAuthorizerAttributes,
  type TokenAuthorizerProps,
  TokenAuthorizerRef,
} from './token-authorizer';
