export type { AlarmSpec, AlarmThresholds, MissingData } from './alarm';
export { type GatewayAlarmId, gatewayAlarms } from './gateway-alarm-table';
export {
  type GatewayAlarmResources,
  GatewayAlarms,
  type GatewayAlarmsOptions,
  type GatewayAlarmsProps,
} from './gateway-alarms';
export { GatewayDashboard, type GatewayDashboardProps } from './gateway-dashboard';
export { GatewayMetrics } from './metrics';
