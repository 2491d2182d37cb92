export { AuditTrail, type AuditTrailProps } from './audit-trail';
export { AuditTrailRef, type IAuditTrail, type TrailAttributes } from './audit-trail-access';
export { type TrailAlarmId, type TrailMetricId, TrailMetrics, trailAlarms } from './trail-alarm-table';
export { TrailBucket, type TrailBucketProps, type TrailRetention } from './trail-bucket';
