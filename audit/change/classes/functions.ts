import { classes, concerning, HARMLESS, identity, ordered, RELEASE, toldBy } from './attribute-class';

const WHICH_FUNCTION = identity('which function it is for');
const WHO_CALLS = identity('who may call the function');
const NETWORK = concerning('function', identity('the network of the function'));
const FAILED = concerning('watch', identity('where failed calls go'));
const CODE_PLACE = identity('where the code comes from');

/** Functions that decide or answer, and who may call them. */
export const FUNCTIONS = classes({
  aws_lambda_function: {
    'source_code_hash filename s3_key s3_object_version publish publish_to': RELEASE,
    's3_bucket image_uri source_kms_key_arn': CODE_PLACE,
    function_name: identity('which function it is'),
    'handler runtime package_type architectures image_config layers': concerning('function', identity('what runs')),
    role: identity('the rights of the function'),
    'environment kms_key_arn file_system_config': concerning('function', identity('what the function is given')),
    vpc_config: NETWORK,
    'replacement_security_group_ids replace_security_groups_on_destroy': NETWORK,
    code_signing_config_arn: ordered('set'),
    'reserved_concurrent_executions timeout': concerning(
      'function',
      identity('how many calls it takes at once, and for how long'),
    ),
    'dead_letter_config durable_config': FAILED,
    'logging_config.log_group logging_config.log_format': concerning(
      'watch',
      identity('where the log goes and what it holds'),
    ),
    'logging_config.application_log_level': concerning(
      'watch',
      ordered(['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'], 'INFO'),
    ),
    'logging_config.system_log_level': concerning('watch', ordered(['WARN', 'INFO', 'DEBUG'], 'INFO')),
    'tracing_config.mode': concerning('watch', ordered(['PassThrough', 'Active'], 'PassThrough')),
    'capacity_provider_config tenancy_config': concerning('function', identity('what else runs beside it')),
    'memory_size ephemeral_storage snap_start skip_destroy': concerning('function', HARMLESS),
  },
  aws_lambda_alias: {
    'function_name name': WHICH_FUNCTION,
    function_version: RELEASE,
    routing_config: identity('what part of the calls another version answers'),
  },
  aws_lambda_permission: {
    'action function_name principal principal_org_id qualifier source_account source_arn event_source_token function_url_auth_type':
      WHO_CALLS,
    'statement_id statement_id_prefix': HARMLESS,
  },
  aws_lambda_layer_version: {
    'source_code_hash filename s3_key s3_object_version': RELEASE,
    s3_bucket: CODE_PLACE,
    'layer_name compatible_architectures compatible_runtimes': identity('which layer it is'),
    'license_info skip_destroy': HARMLESS,
  },
  aws_lambda_layer_version_permission: {
    'action layer_name organization_id principal version_number': identity('who may use the layer'),
    'statement_id skip_destroy': HARMLESS,
  },
  aws_lambda_function_url: {
    authorization_type: toldBy('AUTHZ-002', ordered('set', 'NONE')),
    'function_name qualifier': WHICH_FUNCTION,
    cors: identity('which pages of others may call'),
    'cors.max_age cors.expose_headers invoke_mode': HARMLESS,
  },
  aws_lambda_function_event_invoke_config: {
    'function_name qualifier': WHICH_FUNCTION,
    'maximum_event_age_in_seconds maximum_retry_attempts': ordered('more'),
    destination_config: FAILED,
  },
  aws_lambda_code_signing_config: {
    allowed_publishers: identity('whose code is taken'),
    'policies.untrusted_artifact_on_deployment': ordered(['Warn', 'Enforce'], 'Warn'),
  },
  aws_lambda_event_source_mapping: {
    'function_name event_source_arn queues topics self_managed_event_source source_access_configuration amazon_managed_kafka_event_source_config self_managed_kafka_event_source_config document_db_event_source_config kms_key_arn':
      identity('what the function is called for'),
    filter_criteria: identity('which events the function is called for'),
    enabled: ordered('on', 'true'),
    destination_config: FAILED,
    'maximum_retry_attempts maximum_record_age_in_seconds': identity('when an event is given up'),
    'function_response_types bisect_batch_on_function_error starting_position starting_position_timestamp':
      identity('which events are given up'),
    'batch_size maximum_batching_window_in_seconds parallelization_factor tumbling_window_in_seconds metrics_config provisioned_poller_config scaling_config':
      HARMLESS,
  },
  aws_lambda_provisioned_concurrency_config: {
    'function_name qualifier': WHICH_FUNCTION,
    'provisioned_concurrent_executions skip_destroy': HARMLESS,
  },
  aws_lambda_function_recursion_config: {
    function_name: WHICH_FUNCTION,
    recursive_loop: ordered(['Allow', 'Terminate'], 'Terminate'),
  },
  aws_lambda_runtime_management_config: {
    'function_name qualifier': WHICH_FUNCTION,
    'runtime_version_arn update_runtime_on': concerning('function', identity('what runs')),
  },
});
