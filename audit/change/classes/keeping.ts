import { classes, concerning, HARMLESS, identity, ordered, RELEASE, toldBy } from './attribute-class';

const POLICY = toldBy('IAM-003', identity('who may do what'));
const ENCRYPTED_BY = identity('the key that encrypts');
const RIGHTS_OF = identity('whose rights these are');
const PERIOD = ordered('more');
const BUCKET = identity('which bucket it is for');
const PUBLIC_BLOCK = ordered('on');

/** Tables, secrets and keys. */
export const STORES = classes({
  aws_dynamodb_table: {
    'name hash_key range_key attribute local_secondary_index': identity(
      'what the table holds, and by what it is found',
    ),
    'global_secondary_index.name global_secondary_index.hash_key global_secondary_index.range_key global_secondary_index.key_schema global_secondary_index.non_key_attributes global_secondary_index.projection_type':
      identity('what is found by an index'),
    'global_secondary_index.read_capacity global_secondary_index.write_capacity global_secondary_index.on_demand_throughput global_secondary_index.warm_throughput':
      HARMLESS,
    deletion_protection_enabled: toldBy('STATE-004', ordered('on')),
    'point_in_time_recovery.enabled ttl.enabled': toldBy('STATE-004', ordered('on')),
    'point_in_time_recovery.recovery_period_in_days': ordered('more', 35),
    'ttl.attribute_name': identity('when entries end'),
    'server_side_encryption.enabled': ordered('on'),
    'server_side_encryption.kms_key_arn': ENCRYPTED_BY,
    'stream_enabled stream_view_type': identity('who is told of changes'),
    'replica.region_name replica.consistency_mode global_table_witness': identity('where else the table is'),
    'replica.kms_key_arn': ENCRYPTED_BY,
    'replica.deletion_protection_enabled replica.point_in_time_recovery': ordered('on'),
    'restore_date_time restore_source_name restore_source_table_arn restore_to_latest_time import_table':
      identity('where its content comes from'),
    'replica.propagate_tags replica.arn replica.stream_arn replica.stream_label billing_mode table_class read_capacity write_capacity on_demand_throughput warm_throughput':
      HARMLESS,
  },
  aws_dynamodb_table_item: {
    'hash_key item range_key table_name': identity('an entry of a table'),
  },
  aws_dynamodb_table_replica: {
    global_table_arn: identity('which table it is for'),
    kms_key_arn: ENCRYPTED_BY,
    'deletion_protection_enabled point_in_time_recovery': ordered('on'),
    table_class_override: HARMLESS,
  },
  aws_dynamodb_resource_policy: {
    policy: POLICY,
    resource_arn: identity('what the policy is for'),
    confirm_remove_self_resource_access: ordered('off'),
  },
  aws_dynamodb_global_table: { 'name replica': identity('where else the table is') },
  aws_secretsmanager_secret: {
    'name name_prefix': identity('which secret it is'),
    policy: POLICY,
    kms_key_id: ENCRYPTED_BY,
    recovery_window_in_days: toldBy('STATE-004', ordered('more', 30)),
    replica: identity('where else the secret is'),
    force_overwrite_replica_secret: ordered('off'),
  },
  aws_secretsmanager_secret_version: {
    'secret_id secret_string secret_binary secret_string_wo secret_string_wo_version version_stages':
      identity('which value is served'),
  },
  aws_secretsmanager_secret_rotation: {
    'secret_id rotation_lambda_arn rotate_immediately': identity('what makes new values'),
    'rotation_rules.automatically_after_days': ordered('less'),
    'rotation_rules.schedule_expression rotation_rules.duration': identity('when new values are made'),
  },
  aws_secretsmanager_secret_policy: {
    policy: POLICY,
    secret_arn: identity('what the policy is for'),
    block_public_policy: ordered('on'),
  },
  aws_kms_key: {
    policy: POLICY,
    is_enabled: toldBy('STATE-004', ordered('on', 'true')),
    enable_key_rotation: toldBy('STATE-004', ordered('on')),
    rotation_period_in_days: ordered('less', 365),
    deletion_window_in_days: toldBy('STATE-004', ordered('more', 30)),
    bypass_policy_lockout_safety_check: ordered('off'),
    'key_usage customer_master_key_spec custom_key_store_id xks_key_id multi_region': identity('which key it is'),
  },
  aws_kms_external_key: {
    policy: POLICY,
    enabled: ordered('on'),
    deletion_window_in_days: ordered('more', 30),
    bypass_policy_lockout_safety_check: ordered('off'),
    'key_material_base64 key_spec key_usage multi_region valid_to': identity('which key it is'),
  },
  aws_kms_replica_key: {
    policy: POLICY,
    enabled: ordered('on', 'true'),
    deletion_window_in_days: ordered('more', 30),
    bypass_policy_lockout_safety_check: ordered('off'),
    primary_key_arn: identity('which key it is'),
  },
  aws_kms_key_policy: {
    policy: POLICY,
    key_id: identity('what the policy is for'),
    bypass_policy_lockout_safety_check: ordered('off'),
  },
  aws_kms_alias: { 'name name_prefix target_key_id': identity('which key is meant') },
  aws_kms_grant: {
    'grantee_principal key_id operations constraints retiring_principal': identity('who may use the key'),
    'name grant_creation_tokens retire_on_delete': HARMLESS,
  },
  aws_ssm_parameter: {
    'name arn value value_wo value_wo_version insecure_value data_type allowed_pattern': concerning(
      'function',
      identity('what the parameter says'),
    ),
    type: ordered(['String', 'SecureString'], 'String'),
    key_id: ENCRYPTED_BY,
    'overwrite tier': HARMLESS,
  },
});

/** Who may do what. */
export const RIGHTS = classes({
  aws_iam_role: {
    'assume_role_policy inline_policy': POLICY,
    managed_policy_arns: identity('the rights of the role'),
    permissions_boundary: ordered('set'),
    max_session_duration: ordered('less', 3600),
    'name name_prefix path': RIGHTS_OF,
    force_detach_policies: HARMLESS,
  },
  aws_iam_role_policy: { policy: POLICY, role: RIGHTS_OF, 'name name_prefix': HARMLESS },
  aws_iam_user_policy: { policy: POLICY, user: RIGHTS_OF, 'name name_prefix': HARMLESS },
  aws_iam_group_policy: { policy: POLICY, group: RIGHTS_OF, 'name name_prefix': HARMLESS },
  aws_iam_policy: { policy: POLICY, 'name name_prefix path': RIGHTS_OF, delay_after_policy_creation_in_ms: HARMLESS },
  aws_iam_role_policy_attachment: { 'policy_arn role': RIGHTS_OF },
  aws_iam_user_policy_attachment: { 'policy_arn user': RIGHTS_OF },
  aws_iam_group_policy_attachment: { 'policy_arn group': RIGHTS_OF },
  aws_iam_policy_attachment: { 'policy_arn roles users groups': RIGHTS_OF, name: HARMLESS },
  aws_iam_user: { permissions_boundary: ordered('set'), 'name path': RIGHTS_OF, force_destroy: HARMLESS },
  aws_iam_group: { 'name path': RIGHTS_OF },
  aws_iam_group_membership: { 'group users': RIGHTS_OF, name: HARMLESS },
  aws_iam_user_group_membership: { 'groups user': RIGHTS_OF },
  aws_iam_user_login_profile: {
    'user pgp_key': identity('whose password it is'),
    password_length: ordered('more', 20),
    password_reset_required: ordered('on'),
  },
  aws_iam_account_password_policy: {
    'minimum_password_length password_reuse_prevention': ordered('more'),
    max_password_age: ordered('less'),
    'hard_expiry require_lowercase_characters require_numbers require_symbols require_uppercase_characters':
      ordered('on'),
    allow_users_to_change_password: HARMLESS,
  },
  aws_iam_user_policies_exclusive: { 'policy_names user_name': RIGHTS_OF },
  aws_iam_user_policy_attachments_exclusive: { 'policy_arns user_name': RIGHTS_OF },
  aws_iam_role_policies_exclusive: { 'policy_names role_name': RIGHTS_OF },
  aws_iam_role_policy_attachments_exclusive: { 'policy_arns role_name': RIGHTS_OF },
  aws_iam_openid_connect_provider: {
    'url client_id_list thumbprint_list': identity('whose tokens the account trusts'),
  },
  aws_iam_saml_provider: { 'name saml_metadata_document': identity('whose assertions the account trusts') },
  aws_iam_access_key: {
    'user pgp_key': identity('whose key it is'),
    status: ordered(['Active', 'Inactive'], 'Active'),
  },
});

/** Buckets that hold logs, code or the trail. */
export const BUCKETS = classes({
  aws_s3_bucket_policy: { bucket: BUCKET, policy: POLICY },
  aws_s3_bucket_public_access_block: {
    bucket: BUCKET,
    'block_public_acls block_public_policy ignore_public_acls restrict_public_buckets': PUBLIC_BLOCK,
    skip_destroy: HARMLESS,
  },
  aws_s3_account_public_access_block: {
    account_id: identity('which account it is for'),
    'block_public_acls block_public_policy ignore_public_acls restrict_public_buckets': PUBLIC_BLOCK,
  },
  aws_s3_bucket_object_lock_configuration: {
    'bucket expected_bucket_owner': BUCKET,
    token: HARMLESS,
    object_lock_enabled: ordered('set'),
    'rule.default_retention.mode': ordered(['GOVERNANCE', 'COMPLIANCE']),
    'rule.default_retention.days rule.default_retention.years': PERIOD,
  },
  aws_s3_bucket_versioning: {
    'bucket expected_bucket_owner': BUCKET,
    mfa: HARMLESS,
    'versioning_configuration.mfa_delete': ordered(['Disabled', 'Enabled'], 'Disabled'),
    'versioning_configuration.status': ordered(['Disabled', 'Suspended', 'Enabled'], 'Disabled'),
  },
  aws_s3_bucket_acl: { 'bucket expected_bucket_owner': BUCKET, 'acl access_control_policy': identity('who may read') },
  aws_s3_bucket_server_side_encryption_configuration: {
    'bucket expected_bucket_owner': BUCKET,
    'rule.apply_server_side_encryption_by_default.sse_algorithm': ordered(['AES256', 'aws:kms', 'aws:kms:dsse']),
    'rule.apply_server_side_encryption_by_default.kms_master_key_id': ENCRYPTED_BY,
    'rule.blocked_encryption_types': ordered('all'),
    'rule.bucket_key_enabled': HARMLESS,
  },
  aws_s3_bucket: {
    'bucket bucket_prefix': BUCKET,
    'acl grant': identity('who may read'),
    policy: POLICY,
    force_destroy: toldBy('STATE-004', ordered('off')),
    object_lock_enabled: ordered('on'),
    object_lock_configuration: identity('how long objects cannot be deleted'),
    'versioning.enabled versioning.mfa_delete': ordered('on'),
    server_side_encryption_configuration: ENCRYPTED_BY,
    cors_rule: identity('which pages of others may call'),
    lifecycle_rule: identity('when objects end'),
    logging: identity('where the log goes'),
    replication_configuration: identity('where else objects go'),
    website: identity('what is served to everybody'),
    'acceleration_status request_payer': HARMLESS,
  },
  aws_s3_bucket_lifecycle_configuration: {
    'bucket expected_bucket_owner': BUCKET,
    rule: identity('when objects end'),
    'rule.id rule.abort_incomplete_multipart_upload rule.transition rule.noncurrent_version_transition transition_default_minimum_object_size':
      HARMLESS,
  },
  aws_s3_bucket_logging: {
    'bucket expected_bucket_owner': BUCKET,
    'target_bucket target_prefix target_grant': identity('where the log goes'),
    target_object_key_format: HARMLESS,
  },
  aws_s3_bucket_notification: {
    bucket: BUCKET,
    'eventbridge lambda_function queue topic': identity('who is told of new objects'),
    'lambda_function.id queue.id topic.id': HARMLESS,
  },
  aws_s3_bucket_replication_configuration: {
    bucket: BUCKET,
    'role rule': identity('where else objects go'),
    'token rule.id rule.priority rule.destination.storage_class rule.destination.metrics rule.destination.replication_time':
      HARMLESS,
  },
  aws_s3_bucket_cors_configuration: {
    'bucket expected_bucket_owner': BUCKET,
    cors_rule: identity('which pages of others may call'),
    'cors_rule.id cors_rule.max_age_seconds cors_rule.expose_headers': HARMLESS,
  },
  aws_s3_bucket_website_configuration: {
    'bucket expected_bucket_owner': BUCKET,
    'index_document error_document redirect_all_requests_to routing_rule routing_rules':
      identity('what is served to everybody'),
  },
  aws_s3_access_point: {
    'bucket bucket_account_id account_id name': BUCKET,
    policy: POLICY,
    public_access_block_configuration: PUBLIC_BLOCK,
    vpc_configuration: identity('from which networks it is reached'),
  },
  aws_s3_object: {
    'bucket key': BUCKET,
    acl: identity('who may read'),
    'content content_base64 source source_hash etag metadata website_redirect': RELEASE,
    'kms_key_id server_side_encryption': ENCRYPTED_BY,
    'object_lock_legal_hold_status object_lock_mode object_lock_retain_until_date': identity(
      'how long it cannot be deleted',
    ),
    'bucket_key_enabled cache_control checksum_algorithm content_disposition content_encoding content_language content_type force_destroy storage_class override_provider':
      HARMLESS,
  },
  aws_s3_bucket_ownership_controls: {
    bucket: BUCKET,
    'rule.object_ownership': ordered(['ObjectWriter', 'BucketOwnerPreferred', 'BucketOwnerEnforced']),
  },
});
