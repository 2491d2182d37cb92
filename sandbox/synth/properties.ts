import { SynthError } from './errors';
import type { Resource } from './resources';

interface Properties {
  /** What the sandbox does as planned. */
  readonly honoured: readonly string[];
  /** What makes no difference to a request here. */
  readonly ignored: readonly string[];
  /** What does make one and is not done: said in a note, with the reason. */
  readonly noted?: Readonly<Record<string, string>>;
}

/** Arguments that every resource may have and that say nothing of how it runs. */
const META = [
  '//',
  'connection',
  'depends_on',
  'lifecycle',
  'provider',
  'provisioner',
  'tags',
  'tags_all',
  'timeouts',
  'region',
];

const words = (text: string): string[] => text.split(/\s+/);

const NOTHING_ELSE: readonly string[] = [];

/** Resource types that the sandbox runs, with their properties. Any other property is refused, so that none is lost. */
const PROPERTIES: Readonly<Record<string, Properties>> = {
  aws_api_gateway_authorizer: {
    honoured: words('name rest_api_id type authorizer_uri identity_source authorizer_result_ttl_in_seconds'),
    ignored: NOTHING_ELSE,
    noted: { authorizer_credentials: 'the role is not used, the function needs a permission for API Gateway' },
  },
  aws_api_gateway_deployment: {
    honoured: words('rest_api_id triggers'),
    ignored: ['description'],
  },
  aws_api_gateway_gateway_response: {
    honoured: words('rest_api_id response_type status_code response_templates response_parameters'),
    ignored: NOTHING_ELSE,
  },
  aws_api_gateway_integration: {
    honoured: words(
      'rest_api_id resource_id http_method type uri request_templates passthrough_behavior timeout_milliseconds',
    ),
    ignored: words('integration_http_method cache_namespace'),
    noted: { credentials: 'the role is not used, the function needs a permission for API Gateway' },
  },
  aws_api_gateway_integration_response: {
    honoured: words(
      'rest_api_id resource_id http_method status_code selection_pattern response_parameters response_templates',
    ),
    ignored: NOTHING_ELSE,
  },
  aws_api_gateway_method: {
    honoured: words(
      'rest_api_id resource_id http_method authorization authorizer_id api_key_required operation_name request_parameters request_models request_validator_id',
    ),
    ignored: NOTHING_ELSE,
  },
  aws_api_gateway_method_response: {
    honoured: words('rest_api_id resource_id http_method status_code'),
    ignored: words('response_models response_parameters'),
  },
  aws_api_gateway_method_settings: {
    honoured: words('rest_api_id stage_name method_path settings'),
    ignored: NOTHING_ELSE,
  },
  aws_api_gateway_model: {
    honoured: words('rest_api_id name content_type schema'),
    ignored: ['description'],
  },
  aws_api_gateway_request_validator: {
    honoured: words('rest_api_id name validate_request_body validate_request_parameters'),
    ignored: NOTHING_ELSE,
  },
  aws_api_gateway_resource: { honoured: words('rest_api_id parent_id path_part'), ignored: NOTHING_ELSE },
  aws_api_gateway_rest_api: {
    honoured: words('name api_key_source binary_media_types'),
    ignored: words('description endpoint_configuration fail_on_warnings put_rest_api_mode'),
    noted: {
      minimum_compression_size: 'answers are not compressed',
      disable_execute_api_endpoint: 'the API is served although its default endpoint is disabled',
    },
  },
  aws_api_gateway_stage: {
    honoured: words('rest_api_id stage_name deployment_id variables access_log_settings'),
    ignored: words('description xray_tracing_enabled documentation_version'),
    noted: {
      cache_cluster_enabled: 'responses are not cached',
      cache_cluster_size: 'responses are not cached',
      client_certificate_id: 'backends are not shown a client certificate',
    },
  },
  aws_api_gateway_usage_plan: {
    honoured: words('name description api_stages throttle_settings quota_settings'),
    ignored: ['product_code'],
  },
  aws_cloudwatch_event_rule: {
    honoured: words('name schedule_expression'),
    ignored: words('description state is_enabled force_destroy'),
    noted: { event_pattern: 'no events of AWS services arrive here' },
  },
  aws_cloudwatch_event_target: {
    honoured: words('rule arn input'),
    ignored: words('target_id retry_policy'),
    noted: { dead_letter_config: 'no failure is sent on', input_transformer: 'no events of AWS services arrive here' },
  },
  aws_cloudwatch_log_subscription_filter: {
    honoured: words('name log_group_name filter_pattern destination_arn'),
    ignored: words('distribution role_arn'),
  },
  aws_dynamodb_table: {
    honoured: words('name hash_key range_key attribute global_secondary_index'),
    ignored: words(
      'billing_mode read_capacity write_capacity server_side_encryption point_in_time_recovery deletion_protection_enabled table_class on_demand_throughput',
    ),
    noted: {
      ttl: 'expired items stay in the table',
      stream_enabled: 'the table has no stream',
      stream_view_type: 'the table has no stream',
      replica: 'the table has no replica',
    },
  },
  aws_kms_key: {
    honoured: words('customer_master_key_spec key_usage'),
    ignored: words(
      'bypass_policy_lockout_safety_check deletion_window_in_days description enable_key_rotation is_enabled multi_region policy rotation_period_in_days',
    ),
  },
  aws_lambda_function: {
    honoured: words(
      'function_name filename handler runtime timeout memory_size environment reserved_concurrent_executions',
    ),
    ignored: words(
      'description role architectures source_code_hash tracing_config package_type publish ephemeral_storage kms_key_arn skip_destroy code_signing_config_arn',
    ),
    noted: {
      dead_letter_config: 'no failure is sent on',
      logging_config: 'the log is plain text in the default log group',
      vpc_config: 'the function runs outside of a VPC',
    },
  },
  aws_lambda_alias: {
    honoured: words('name function_name function_version'),
    ignored: ['description'],
  },
  aws_lambda_permission: {
    honoured: words('function_name action principal source_arn source_account'),
    ignored: words('statement_id statement_id_prefix'),
  },
  aws_s3_bucket: {
    honoured: ['bucket'],
    ignored: words('force_destroy object_lock_enabled'),
  },
  aws_s3_bucket_object_lock_configuration: {
    honoured: words('bucket rule'),
    ignored: ['object_lock_enabled'],
  },
  aws_secretsmanager_secret: {
    honoured: words('name description kms_key_id'),
    ignored: words('recovery_window_in_days policy force_overwrite_replica_secret replica'),
  },
  aws_secretsmanager_secret_rotation: {
    honoured: words('secret_id rotation_lambda_arn rotation_rules rotate_immediately'),
    ignored: NOTHING_ELSE,
  },
};

/**
 * Why a type that is listed as not run matters to a request, where it does.
 */
const NOT_RUN: Readonly<Record<string, string>> = {
  aws_api_gateway_api_key: 'the key does not exist here',
  aws_api_gateway_base_path_mapping: 'custom domains are not served',
  aws_api_gateway_domain_name: 'custom domains are not served',
  aws_api_gateway_rest_api_policy: 'the resource policy is not evaluated',
  aws_api_gateway_usage_plan_key: 'the key is in no plan here',
  aws_apigatewayv2_api: 'the HTTP API is not served',
  aws_lambda_event_source_mapping: 'nothing is polled',
  aws_lambda_layer_version: 'functions have no layers here',
  aws_s3_bucket_policy: 'the resource policy is not evaluated',
  aws_s3_bucket_versioning: 'no older version of an object is kept',
  aws_secretsmanager_secret_policy: 'the resource policy is not evaluated',
  aws_secretsmanager_secret_version: 'the value is not put',
  aws_wafv2_web_acl_association: 'no request is inspected',
};

/** Checks every resource of the types that are run. @throws {SynthError} for a property that would be lost */
export function checkProperties(resources: readonly Resource[]): void {
  for (const resource of resources) {
    const known = PROPERTIES[resource.type];
    if (known === undefined) {
      continue;
    }
    const { honoured, ignored, noted = {} } = known;
    const lost = Object.keys(resource.body).find(
      (name) => isSet(resource.body[name]) && ![...META, ...honoured, ...ignored].includes(name) && !(name in noted),
    );
    if (lost !== undefined) {
      throw new SynthError(
        `${resource.label} has ${lost}, which the sandbox does not support; for ${resource.type} it knows ${[...honoured, ...ignored, ...Object.keys(noted)].sort().join(', ')}`,
      );
    }
  }
}

/** What of the plan is not done, a line each. */
export function unsupportedNotes(resources: readonly Resource[]): string[] {
  const properties = new Map<string, string[]>();
  const types = new Map<string, number>();
  for (const { type, body, address } of resources) {
    const known = PROPERTIES[type];
    if (known === undefined) {
      types.set(type, (types.get(type) ?? 0) + 1);
    }
    for (const [name, reason] of Object.entries(known?.noted ?? {})) {
      if (!isSet(body[name]) || body[name] === false) {
        continue;
      }
      const text = `${type}.${name}: ${reason}`;
      properties.set(text, [...(properties.get(text) ?? []), address]);
    }
  }
  const listed = [...types].sort().map(([type, count]) => {
    const reason = NOT_RUN[type];
    return `${type} (${count})${reason === undefined ? '' : `: ${reason}`}`;
  });
  const important = listed.filter((line) => line.includes(':'));
  const rest = listed.filter((line) => !line.includes(':'));
  return [
    ...[...properties].map(([text, addresses]) => `${text} (${addresses.length})`),
    ...important,
    ...(rest.length === 0 ? [] : [`read by nothing here: ${rest.join(', ')}`]),
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
