export {
  RevocationCanary,
  type RevocationCanaryProps,
} from './revocation-canary';
export {
  REVOCATION_CANARY_ALARM_IDS,
  type RevocationCanaryAlarmId,
  RevocationCanaryMetrics,
  revocationCanaryAlarms,
} from './revocation-canary-alarms';
export type { TokenPlatform } from './token-platform';
export {
  type ITokenService,
  TokenService,
  type TokenServiceAttributes,
  TokenServiceRef,
} from './token-service';
export type { GatewayName, TokenServiceProps } from './token-service-props';
export { TokenStore, type TokenStoreProps } from './token-store';
export type { ITokenStore, TokenStoreAttributes } from './token-store-access';
export { TokenSweeper, type TokenSweeperProps } from './token-sweeper';
export { type TokenSweeperAlarmId, TokenSweeperMetrics, tokenSweeperAlarms } from './token-sweeper-alarms';
