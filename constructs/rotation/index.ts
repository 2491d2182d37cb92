export { KEY_SET_PATH, KeySetEndpoint, type KeySetEndpointProps, keySetRoute } from './key-set-endpoint';
export { type ISecret, RotatingSecret, type RotatingSecretProps, rotationFunctionName } from './rotating-secret';
export {
  type RotationAlarm,
  type RotationAlarmId,
  RotationAlarms,
  type RotationAlarmsProps,
  rotationAlarms,
} from './rotation-alarms';
export {
  type ClientSecretOptions,
  type GatewayKeyOptions,
  type PepperOptions,
  RotationKind,
  type SigningKeysOptions,
  type UpstreamTokenOptions,
} from './rotation-kind';
export { type IRotationStore, RotationStore, type RotationStoreProps } from './rotation-store';
export { nextWindow, type RotationRules, type RotationWindow, ScheduleError, scheduleIntervals } from './schedule';
