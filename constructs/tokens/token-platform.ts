import type { IssuerOptions } from '../authorizer/issuer-options';
import type { Names } from '../support/names';
import type { ITokenStore } from './token-store-access';

/** What an authorizer and a token service that are made in the same App say of the tokens that they verify and issue. */
export interface TokenPlatform {
  readonly names: Names;
  /** Where API tokens and revocations are kept. */
  readonly tokenStore: ITokenStore | undefined;
  /** Issuers of access tokens. @default - none was named */
  readonly issuers: readonly IssuerOptions[] | undefined;
}
