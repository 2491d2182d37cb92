export { startLocalAws } from './local-aws';
export { secretArn } from './secret-store';
export type {
  AttributeSpec,
  IndexSpec,
  LocalAws,
  LocalAwsOptions,
  RotationControl,
  RotationEvent,
  RotationSpec,
  SecretSpec,
  TableSpec,
  UsagePlanSpec,
  UserPoolClientSpec,
} from './types';
