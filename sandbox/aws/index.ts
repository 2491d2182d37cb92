export { startLocalAws } from './local-aws';
export { secretArn } from './secret-store';
export type {
  AttributeSpec,
  BucketSpec,
  IndexSpec,
  LocalAws,
  LocalAwsOptions,
  RotationControl,
  RotationEvent,
  RotationSpec,
  SecretSpec,
  SigningKeySpec,
  TableSpec,
  UsagePlanSpec,
  UserPoolClientSpec,
} from './types';
