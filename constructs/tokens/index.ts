export type { TokenPlatform } from './token-platform';
export {
  type GatewayName,
  type ITokenService,
  TokenService,
  type TokenServiceAttributes,
  type TokenServiceProps,
  TokenServiceRef,
} from './token-service';
export { TokenStore, type TokenStoreProps } from './token-store';
export type { ITokenStore, TokenStoreAttributes } from './token-store-access';
