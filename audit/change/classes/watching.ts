import type { Json } from '../../json';
import { bySize, type Order } from '../order';
import { classes, HARMLESS, identity, ordered, toldBy } from './attribute-class';

const ALARM = identity('when the alarm goes off');
const TOLD = identity('who is told');
const SCHEDULE = identity('when it runs');
const CALLED = identity('what is called, and with what');
const EVENTS = identity('which events it is about');
const POLICY = toldBy('IAM-003', identity('who may do what'));
const KEPT = identity('where failed deliveries go');
const ENCRYPTED_BY = identity('the key that encrypts');
const FIREWALL = identity('what the web ACL stops');

/** Days that a log is kept; none, and 0, is for ever. */
function byRetention(before: Json, after: Json): Order {
  const days = (value: Json) => Number(value ?? 0) || Number.POSITIVE_INFINITY;
  return bySize(-days(before), -days(after));
}

/** Logs, alarms, schedules and messages. */
export const WATCHING = classes({
  aws_cloudwatch_log_group: {
    'name name_prefix': identity('which log it is'),
    kms_key_id: ENCRYPTED_BY,
    retention_in_days: toldBy('STATE-004', ordered(byRetention)),
    deletion_protection_enabled: ordered('on'),
    log_group_class: identity('what can be asked of the log'),
    skip_destroy: HARMLESS,
  },
  aws_cloudwatch_log_resource_policy: { policy_document: POLICY, policy_name: HARMLESS },
  aws_cloudwatch_log_subscription_filter: {
    'destination_arn role_arn log_group_name': TOLD,
    filter_pattern: EVENTS,
    'name distribution': HARMLESS,
    emit_system_fields: HARMLESS,
  },
  aws_cloudwatch_log_metric_filter: {
    'log_group_name pattern apply_on_transformed_logs metric_transformation': EVENTS,
    name: HARMLESS,
  },
  aws_cloudwatch_log_destination: { 'target_arn role_arn name': TOLD },
  aws_cloudwatch_log_destination_policy: { access_policy: POLICY, destination_name: TOLD, force_update: HARMLESS },
  aws_cloudwatch_metric_alarm: {
    actions_enabled: ordered('on', 'true'),
    alarm_actions: ordered('all'),
    'insufficient_data_actions ok_actions': ordered('all'),
    'comparison_operator datapoints_to_alarm dimensions evaluate_low_sample_count_percentiles evaluation_periods extended_statistic metric_name namespace period statistic threshold threshold_metric_id treat_missing_data unit metric_query':
      ALARM,
    'metric_query.label alarm_description': HARMLESS,
    alarm_name: identity('which alarm it is'),
  },
  aws_cloudwatch_composite_alarm: {
    actions_enabled: ordered('on', 'true'),
    'alarm_actions insufficient_data_actions ok_actions': ordered('all'),
    'alarm_rule actions_suppressor': ALARM,
    alarm_name: identity('which alarm it is'),
    alarm_description: HARMLESS,
  },
  aws_cloudwatch_dashboard: { 'dashboard_body dashboard_name': HARMLESS },
  aws_cloudwatch_event_rule: {
    schedule_expression: SCHEDULE,
    'event_pattern event_bus_name role_arn': EVENTS,
    is_enabled: ordered('on', 'true'),
    state: ordered(['DISABLED', 'ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'], 'ENABLED'),
    'name name_prefix': identity('which rule it is'),
    force_destroy: HARMLESS,
  },
  aws_cloudwatch_event_target: {
    'arn input input_path input_transformer role_arn rule event_bus_name appsync_target batch_target ecs_target http_target kinesis_target redshift_target run_command_targets sagemaker_pipeline_target sqs_target':
      CALLED,
    dead_letter_config: KEPT,
    retry_policy: ordered('more'),
    'target_id force_destroy': HARMLESS,
  },
  aws_cloudwatch_event_bus: {
    'name event_source_name': EVENTS,
    kms_key_identifier: ENCRYPTED_BY,
    dead_letter_config: KEPT,
    log_config: identity('what of the bus is logged'),
  },
  aws_cloudwatch_event_bus_policy: { policy: POLICY, event_bus_name: EVENTS },
  aws_cloudwatch_event_permission: {
    'action condition event_bus_name principal': identity('who may send events'),
    statement_id: HARMLESS,
  },
  aws_scheduler_schedule: {
    'schedule_expression schedule_expression_timezone start_date end_date flexible_time_window action_after_completion':
      SCHEDULE,
    state: ordered(['DISABLED', 'ENABLED'], 'ENABLED'),
    target: CALLED,
    'target.dead_letter_config': KEPT,
    'target.retry_policy': ordered('more'),
    kms_key_arn: ENCRYPTED_BY,
    'name name_prefix group_name': HARMLESS,
  },
  aws_sns_topic: {
    policy: POLICY,
    kms_master_key_id: ENCRYPTED_BY,
    'name name_prefix fifo_topic': identity('which topic it is'),
    'delivery_policy archive_policy': identity('what is delivered, and how long it is tried'),
    'application_failure_feedback_role_arn firehose_failure_feedback_role_arn http_failure_feedback_role_arn lambda_failure_feedback_role_arn sqs_failure_feedback_role_arn application_success_feedback_role_arn firehose_success_feedback_role_arn http_success_feedback_role_arn lambda_success_feedback_role_arn sqs_success_feedback_role_arn':
      identity('who logs deliveries'),
    'application_success_feedback_sample_rate firehose_success_feedback_sample_rate http_success_feedback_sample_rate lambda_success_feedback_sample_rate sqs_success_feedback_sample_rate content_based_deduplication display_name fifo_throughput_scope tracing_config':
      HARMLESS,
    signature_version: ordered('more', 1),
  },
  aws_sns_topic_policy: { policy: POLICY, arn: identity('what the policy is for') },
  aws_sns_topic_subscription: {
    'endpoint protocol topic_arn subscription_role_arn': TOLD,
    'filter_policy filter_policy_scope': EVENTS,
    'redrive_policy delivery_policy replay_policy': KEPT,
    'raw_message_delivery confirmation_timeout_in_minutes endpoint_auto_confirms': HARMLESS,
  },
  aws_sqs_queue: {
    policy: POLICY,
    kms_master_key_id: ENCRYPTED_BY,
    sqs_managed_sse_enabled: ordered('on'),
    message_retention_seconds: ordered('more', 345600),
    'redrive_policy redrive_allow_policy': KEPT,
    'name name_prefix fifo_queue': identity('which queue it is'),
    max_message_size: HARMLESS,
    'content_based_deduplication deduplication_scope delay_seconds fifo_throughput_limit kms_data_key_reuse_period_seconds receive_wait_time_seconds visibility_timeout_seconds':
      HARMLESS,
  },
  aws_sqs_queue_policy: { policy: POLICY, queue_url: identity('what the policy is for') },
  aws_sqs_queue_redrive_policy: { 'queue_url redrive_policy': KEPT },
  aws_sqs_queue_redrive_allow_policy: { 'queue_url redrive_allow_policy': KEPT },
});

/** Web ACLs: their rules have no order, so that any change of what they stop is told. */
export const FIREWALLS = classes({
  aws_wafv2_web_acl: {
    'rule rule_json default_action scope association_config captcha_config challenge_config token_domains': FIREWALL,
    'name name_prefix': identity('which web ACL it is'),
    custom_response_body: identity('what a refused caller is told'),
    data_protection_config: identity('what the log of the web ACL hides'),
    'rule.visibility_config.sampled_requests_enabled rule.visibility_config.cloudwatch_metrics_enabled visibility_config.sampled_requests_enabled visibility_config.cloudwatch_metrics_enabled':
      ordered('on'),
    'rule.visibility_config.metric_name visibility_config.metric_name application_integration_url': HARMLESS,
  },
  aws_wafv2_rule_group: {
    'rule rules_json scope': FIREWALL,
    'name name_prefix': identity('which rule group it is'),
    custom_response_body: identity('what a refused caller is told'),
    'rule.visibility_config visibility_config': ordered('on'),
    'rule.visibility_config.metric_name visibility_config.metric_name capacity': HARMLESS,
  },
  aws_wafv2_web_acl_association: { 'resource_arn web_acl_arn': identity('which web ACL protects what') },
  aws_wafv2_web_acl_logging_configuration: {
    'log_destination_configs resource_arn logging_filter': identity('what of the web ACL is logged, and where'),
    redacted_fields: identity('what the log of the web ACL hides'),
  },
  aws_wafv2_ip_set: { 'addresses ip_address_version scope': FIREWALL, 'name name_prefix': HARMLESS },
  aws_wafv2_regex_pattern_set: { 'regular_expression scope': FIREWALL, 'name name_prefix': HARMLESS },
});
