export { AccessLineQueries, type AccessLineQueriesProps } from './access-line-queries';
export { AccessLines, type AccessLinesAttributes, type AccessLinesProps, type IAccessLines } from './access-lines';
export { USAGE_ALARM_IDS, type UsageAlarmId, type UsageAlarmMetrics, usageAlarms } from './usage-alarm-table';
export {
  type CountedGateway,
  type IUsagePipeline,
  UsagePipeline,
  type UsagePipelineAttributes,
  type UsagePipelineProps,
} from './usage-pipeline';
export { type IUsageStore, UsageStore, type UsageStoreProps, type UsageTableAttributes } from './usage-store';
export { UsageSubscription, type UsageSubscriptionProps } from './usage-subscription';
export { type QuotaPeriod, type Tier, UsageTiers, type UsageTiersProps } from './usage-tiers';
