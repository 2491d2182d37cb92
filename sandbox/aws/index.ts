export { startLocalAws } from './local-aws';
export { secretArn } from './secret-store';
export type {
  ApiKeyStore,
  ApiKeyView,
  AttributeSpec,
  IndexSpec,
  LocalAws,
  LocalAwsOptions,
  SecretSpec,
  TableSpec,
  UsagePlanSpec,
} from './types';
