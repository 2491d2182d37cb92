export { TokenService, type TokenServiceProps } from './token-service';
export { TokenStore, type TokenStoreProps } from './token-store';
export type { ITokenStore, TokenStoreAttributes } from './token-store-access';
