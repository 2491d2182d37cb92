export { KEY_SET_PATH, KeySetEndpoint, type KeySetEndpointProps, keySetRoute } from './key-set-endpoint';
export { RotatingSecret, rotationFunctionName } from './rotating-secret';
export type { NewSecret, RotatingSecretProps } from './rotating-secret-props';
export { type RotationAlarmId, type RotationAlarmTimes, rotationAlarms } from './rotation-alarm-table';
export { RotationAlarms, type RotationAlarmsProps } from './rotation-alarms';
export { RotationKind } from './rotation-kind';
export type {
  ClientSecretOptions,
  GatewayKeyOptions,
  PepperOptions,
  SigningKeysOptions,
  UpstreamTokenOptions,
} from './rotation-kind-options';
export { type RotationMetricId, RotationMetrics } from './rotation-metrics';
export {
  type IRotationStore,
  RotationStore,
  type RotationStoreProps,
  type RotationTableAttributes,
} from './rotation-store';
export { nextWindow, type RotationRules, type RotationWindow, ScheduleError, scheduleIntervals } from './schedule';
export { type ISecret, type SecretAttributes, SecretRef } from './secret-ref';
