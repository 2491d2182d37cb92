export { type GatewayAlarm, type GatewayAlarmId, gatewayAlarms } from './gateway-alarms';
export { GatewayDashboard, type GatewayDashboardProps } from './gateway-dashboard';
export { checkMetric, GatewayMetrics, type Metric, MetricError, type MetricFamily } from './metrics';
