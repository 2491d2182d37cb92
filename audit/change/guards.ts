/** What is lost with a resource that is taken away while what it guards, or watches, stays. */
export interface Guard {
  /** Ready to follow "no longer there:". */
  readonly what: string;
  /** Attributes that name what it guards, from the nearest to the farthest. A guard of what goes with it is missed by nobody. */
  readonly of: readonly string[];
}

const PUBLIC = 'the block of public access';

/** Types whose resources guard or watch others. What a rule tells of by itself is not among them. */
export const GUARDS: ReadonlyMap<string, Guard> = new Map(
  Object.entries({
    aws_wafv2_web_acl_association: { what: 'the web ACL', of: ['resource_arn'] },
    aws_wafv2_web_acl_logging_configuration: { what: 'the log of the web ACL', of: ['resource_arn'] },
    aws_api_gateway_rest_api_policy: { what: 'the policy that says who may call', of: ['rest_api_id'] },
    aws_api_gateway_method_settings: {
      what: 'limits, log and metrics of the stage',
      of: ['stage_name', 'rest_api_id'],
    },
    aws_api_gateway_account: { what: 'the role that writes the logs of the gateway', of: [] },
    aws_api_gateway_gateway_response: { what: 'what a refused caller is told', of: ['rest_api_id'] },
    aws_lambda_function_event_invoke_config: { what: 'where failed calls go', of: ['function_name'] },
    aws_cloudwatch_metric_alarm: { what: 'the alarm', of: ['dimensions'] },
    aws_cloudwatch_composite_alarm: { what: 'the alarm', of: [] },
    aws_cloudwatch_log_subscription_filter: { what: 'who is told of the log', of: ['log_group_name'] },
    aws_cloudwatch_log_metric_filter: { what: 'the metric of the log', of: ['log_group_name'] },
    aws_cloudwatch_log_destination: { what: 'who is told of logs', of: [] },
    aws_cloudwatch_event_rule: { what: 'the schedule, or the events that are told', of: [] },
    aws_cloudwatch_event_target: { what: 'what the rule calls', of: ['rule'] },
    aws_scheduler_schedule: { what: 'the schedule', of: ['target'] },
    aws_sns_topic_subscription: { what: 'who is told', of: ['topic_arn'] },
    aws_sqs_queue_redrive_policy: { what: 'where failed deliveries go', of: ['queue_url'] },
    aws_cloudtrail: { what: 'the trail of the account', of: [] },
    aws_s3_bucket_logging: { what: 'the log of the bucket', of: ['bucket'] },
    aws_s3_bucket_notification: { what: 'who is told of new objects', of: ['bucket'] },
    aws_s3_bucket_public_access_block: { what: PUBLIC, of: ['bucket'] },
    aws_s3_account_public_access_block: { what: PUBLIC, of: [] },
    aws_s3_bucket_ownership_controls: { what: 'who owns new objects', of: ['bucket'] },
    aws_s3_bucket_versioning: { what: 'older versions of objects', of: ['bucket'] },
    aws_s3_bucket_object_lock_configuration: { what: 'the lock on objects', of: ['bucket'] },
    aws_s3_bucket_server_side_encryption_configuration: { what: 'the key that encrypts', of: ['bucket'] },
    aws_dynamodb_table_replica: { what: 'the copy in another region', of: ['global_table_arn'] },
    aws_iam_role_policies_exclusive: { what: 'the list of the only policies of the role', of: ['role_name'] },
    aws_iam_role_policy_attachments_exclusive: { what: 'the list of the only policies of the role', of: ['role_name'] },
    aws_iam_account_password_policy: { what: 'the rules for passwords', of: [] },
    aws_cognito_risk_configuration: { what: 'what is done about stolen passwords', of: ['user_pool_id'] },
    aws_cognito_log_delivery_configuration: { what: 'the log of the user pool', of: ['user_pool_id'] },
    aws_flow_log: { what: 'the log of the network', of: ['vpc_id'] },
  }),
);

/** A resource by which somebody gets in, or gets more, when it is added to what is there already. */
export interface Way {
  /** Ready to follow "new:". */
  readonly what: string;
  /** Attributes that name what it opens; for a list that is empty it is the account. */
  readonly to: readonly string[];
}

/** Types whose resources open what is there. */
export const WAYS: ReadonlyMap<string, Way> = new Map(
  Object.entries({
    aws_lambda_permission: { what: 'who may call the function', to: ['function_name'] },
    aws_lambda_function_url: { what: 'an address of the function beside its API', to: ['function_name'] },
    aws_lambda_layer_version_permission: { what: 'who may use the layer', to: ['layer_name'] },
    aws_lambda_event_source_mapping: { what: 'a function that reads the source', to: ['event_source_arn'] },
    aws_kms_grant: { what: 'who may use the key', to: ['key_id'] },
    aws_iam_role_policy_attachment: { what: 'rights of the role', to: ['role'] },
    aws_iam_user_policy_attachment: { what: 'rights of the user', to: ['user'] },
    aws_iam_group_policy_attachment: { what: 'rights of the group', to: ['group'] },
    aws_iam_policy_attachment: { what: 'rights of roles, users and groups', to: ['roles', 'users', 'groups'] },
    aws_iam_access_key: { what: 'a key of the user', to: ['user'] },
    aws_iam_user_login_profile: { what: 'a password of the user', to: ['user'] },
    aws_iam_user_group_membership: { what: 'a member of groups', to: ['user', 'groups'] },
    aws_iam_openid_connect_provider: { what: 'whose tokens the account trusts', to: [] },
    aws_iam_saml_provider: { what: 'whose assertions the account trusts', to: [] },
    aws_cloudwatch_event_permission: { what: 'who may send events', to: [] },
    aws_cloudwatch_log_subscription_filter: { what: 'who is told of the log', to: ['log_group_name'] },
    aws_cloudwatch_log_destination_policy: { what: 'who may send logs', to: ['destination_name'] },
    aws_cloudwatch_event_target: { what: 'what the rule calls', to: ['rule'] },
    aws_sns_topic_subscription: { what: 'who is told', to: ['topic_arn'] },
    aws_s3_bucket_notification: { what: 'who is told of new objects', to: ['bucket'] },
    aws_s3_bucket_replication_configuration: { what: 'where else objects go', to: ['bucket'] },
    aws_s3_bucket_acl: { what: 'who may read', to: ['bucket'] },
    aws_s3_access_point: { what: 'an address of the bucket', to: ['bucket'] },
    aws_dynamodb_table_replica: { what: 'where else the table is', to: ['global_table_arn'] },
    aws_dynamodb_kinesis_streaming_destination: { what: 'who is told of changes', to: ['table_name'] },
    aws_dynamodb_table_item: { what: 'an entry of the table', to: ['table_name'] },
    aws_secretsmanager_secret_version: { what: 'the value that is served', to: ['secret_id'] },
    aws_api_gateway_base_path_mapping: { what: 'an API at the domain name', to: ['domain_name'] },
    aws_apigatewayv2_api_mapping: { what: 'an API at the domain name', to: ['domain_name'] },
    aws_cognito_user_pool_client: { what: 'who gets tokens', to: ['user_pool_id'] },
    aws_cognito_identity_provider: { what: 'who signs in', to: ['user_pool_id'] },
    aws_cognito_user: { what: 'who signs in', to: ['user_pool_id'] },
    aws_cognito_user_in_group: { what: 'a member of a group', to: ['user_pool_id'] },
    aws_vpc_security_group_ingress_rule: { what: 'who reaches the network', to: ['security_group_id'] },
    aws_security_group_rule: { what: 'who reaches the network', to: ['security_group_id'] },
  }),
);
