export { TokenService, type TokenServiceProps } from './token-service';
export { type ITokenStore, TokenStore, type TokenStoreProps } from './token-store';
