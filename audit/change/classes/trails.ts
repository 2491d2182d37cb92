import { classes, HARMLESS, identity, ordered, toldBy } from './attribute-class';

const POLICY = toldBy('IAM-003', identity('who may do what'));
const WHERE = identity('where the log goes');
const WHAT = identity('what is logged');
const ENCRYPTED_BY = identity('the key that encrypts');

const ASKED = identity('what is asked of the log');

/** Trails of accounts and networks, deliveries of logs, and streams that others read. */
export const TRAILS = classes({
  aws_cloudtrail: {
    'enable_logging include_global_service_events': ordered('on', 'true'),
    'enable_log_file_validation is_multi_region_trail is_organization_trail': ordered('on'),
    kms_key_id: ENCRYPTED_BY,
    's3_bucket_name s3_key_prefix sns_topic_name cloud_watch_logs_group_arn cloud_watch_logs_role_arn': WHERE,
    'event_selector advanced_event_selector': WHAT,
    'advanced_event_selector.name': HARMLESS,
    'insight_selector.insight_type': ordered('all'),
    name: identity('which trail it is'),
  },
  aws_flow_log: {
    'log_destination log_destination_type log_group_name iam_role_arn deliver_cross_account_role': WHERE,
    'eni_id subnet_id vpc_id transit_gateway_id transit_gateway_attachment_id log_format': WHAT,
    traffic_type: ordered(['ACCEPT', 'REJECT', 'ALL']),
    'max_aggregation_interval destination_options': HARMLESS,
  },
  aws_cloudwatch_log_account_policy: {
    'policy_document policy_type selection_criteria scope': WHAT,
    policy_name: HARMLESS,
  },
  aws_cloudwatch_log_data_protection_policy: { 'log_group_name policy_document': identity('what the log hides') },
  aws_cloudwatch_log_delivery: {
    'delivery_destination_arn delivery_source_name s3_delivery_configuration': WHERE,
    record_fields: WHAT,
    field_delimiter: HARMLESS,
  },
  aws_cloudwatch_log_delivery_destination: {
    delivery_destination_configuration: WHERE,
    'name output_format': HARMLESS,
  },
  aws_cloudwatch_log_delivery_destination_policy: { 'delivery_destination_name delivery_destination_policy': WHERE },
  aws_cloudwatch_log_delivery_source: { 'log_type resource_arn': WHAT, name: HARMLESS },
  aws_cloudwatch_log_stream: { 'log_group_name name': identity('which log it is') },
  aws_cloudwatch_event_archive: {
    'event_pattern event_source_arn': identity('which events it is about'),
    retention_days: identity('how long events are kept'),
    name: HARMLESS,
  },
  aws_cloudwatch_event_connection: {
    'authorization_type auth_parameters invocation_connectivity_parameters': identity('as whom an address is called'),
    kms_key_identifier: ENCRYPTED_BY,
    name: HARMLESS,
  },
  aws_cloudwatch_event_api_destination: {
    'connection_arn http_method invocation_endpoint': identity('which address is called'),
    'invocation_rate_limit_per_second name': HARMLESS,
  },
  aws_scheduler_schedule_group: { 'name name_prefix': identity('which group it is') },
  aws_sns_topic_data_protection_policy: { 'arn policy': identity('what messages hide') },
  aws_dynamodb_kinesis_streaming_destination: {
    'stream_arn table_name': identity('who is told of changes'),
    approximate_creation_date_time_precision: HARMLESS,
  },
  aws_dynamodb_contributor_insights: { 'index_name table_name': identity('what is watched of the table') },
  aws_kinesis_stream: {
    'name arn': identity('which stream it is'),
    encryption_type: ordered(['NONE', 'KMS'], 'NONE'),
    kms_key_id: ENCRYPTED_BY,
    retention_period: ordered('more', 24),
    'enforce_consumer_deletion shard_count shard_level_metrics stream_mode_details': HARMLESS,
  },
  aws_kinesis_firehose_delivery_stream: {
    'name arn destination destination_id version_id': identity('which stream it is'),
    'elasticsearch_configuration extended_s3_configuration http_endpoint_configuration iceberg_configuration opensearch_configuration opensearchserverless_configuration redshift_configuration snowflake_configuration splunk_configuration':
      WHERE,
    'kinesis_source_configuration msk_source_configuration': identity('whose records are taken'),
    server_side_encryption: ENCRYPTED_BY,
    'extended_s3_configuration.buffering_interval extended_s3_configuration.buffering_size extended_s3_configuration.compression_format extended_s3_configuration.custom_time_zone':
      HARMLESS,
  },
  aws_glue_catalog_database: {
    'name catalog_id location_uri federated_database target_database create_table_default_permission parameters': ASKED,
  },
  aws_glue_catalog_table: {
    'name catalog_id database_name parameters partition_keys partition_index storage_descriptor table_type view_expanded_text view_original_text open_table_format_input target_table':
      ASKED,
    'owner retention': HARMLESS,
  },
  aws_athena_workgroup: {
    'configuration.execution_role configuration.engine_version': ASKED,
    'configuration.result_configuration': identity('where answers to questions are kept'),
    'configuration.result_configuration.encryption_configuration': ENCRYPTED_BY,
    'configuration.enforce_workgroup_configuration configuration.publish_cloudwatch_metrics_enabled': ordered(
      'on',
      'true',
    ),
    'configuration.bytes_scanned_cutoff_per_query configuration.requester_pays_enabled force_destroy': HARMLESS,
    state: ordered(['DISABLED', 'ENABLED'], 'ENABLED'),
    name: identity('which workgroup it is'),
  },
  aws_athena_named_query: { 'database query workgroup': ASKED, name: HARMLESS },
  aws_kinesis_resource_policy: { policy: POLICY, resource_arn: identity('what the policy is for') },
});
