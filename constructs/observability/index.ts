export { type GatewayAlarm, type GatewayAlarmId, gatewayAlarms } from './gateway-alarms';
export { GatewayDashboard, type GatewayDashboardProps } from './gateway-dashboard';
export { GatewayMetrics } from './metrics';
