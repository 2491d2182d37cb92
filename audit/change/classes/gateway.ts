import { arrayOf, type Json, member } from '../../json';
import { byQuota, type Order, type Quota } from '../order';
import { classes, concerning, HARMLESS, identity, ordered, RELEASE, toldBy } from './attribute-class';

const WHICH_API = identity('which API it belongs to');
const WHICH_ROUTE = identity('which route it is for');
const ANSWER = identity('what answers the route');
const CORS = identity('which pages of others may call');
const CALLER_LIMIT = toldBy('AUTHZ-002', ordered('less'));
/** Within one account: AWS takes no certificate of another one. */
const CERTIFICATE = RELEASE;
const TRUSTSTORE = identity('whose client certificates are taken');
const STAGE_LOG = concerning('watch', identity('where the access log goes and what it holds'));
const WATCHED = concerning('watch', ordered('on'));
const LOGGED = concerning('watch', ordered(['OFF', 'ERROR', 'INFO'], 'OFF'));
const TLS = ['TLS_1_0', 'TLS_1_2'];

function byQuotaBlocks(before: Json, after: Json): Order {
  return byQuota(quotaOf(before), quotaOf(after));
}

function quotaOf(blocks: Json): Quota | undefined {
  const [block] = arrayOf(blocks);
  return block === undefined
    ? undefined
    : { limit: Number(member(block, 'limit')), period: String(member(block, 'period')) };
}

/** REST APIs: what a request passes on its way, and what answers it. */
export const REST = classes({
  aws_api_gateway_account: {
    cloudwatch_role_arn: concerning('watch', identity('the role that writes the logs of the gateway')),
    reset_on_delete: HARMLESS,
  },
  aws_api_gateway_api_key: {
    'value customer_id': identity('whose key it is'),
    enabled: ordered('off', 'true'),
    name: HARMLESS,
  },
  aws_api_gateway_authorizer: {
    rest_api_id: WHICH_API,
    'authorizer_uri authorizer_credentials provider_arns type': identity('who decides about requests'),
    name: toldBy('AUTHZ-002', identity('who decides about requests')),
    authorizer_result_ttl_in_seconds: toldBy('AUTHZ-002', ordered('less', 300)),
    identity_source: toldBy('AUTHZ-002', identity('what the answers are kept by')),
    identity_validation_expression: ordered('set'),
  },
  aws_api_gateway_base_path_mapping: {
    'api_id stage_name base_path domain_name domain_name_id': identity('which API a domain name leads to'),
  },
  aws_api_gateway_client_certificate: {},
  aws_api_gateway_deployment: {
    rest_api_id: WHICH_API,
    'triggers stage_description': RELEASE,
    stage_name: identity('which stage serves it'),
    variables: identity('variables of the stage'),
    canary_settings: identity('what part of the requests another deployment answers'),
  },
  aws_api_gateway_documentation_part: { 'rest_api_id location properties': HARMLESS },
  aws_api_gateway_documentation_version: { 'rest_api_id version': HARMLESS },
  aws_api_gateway_domain_name_access_association: {
    'access_association_source access_association_source_type domain_name_arn': identity(
      'from which networks it is reached',
    ),
  },
  aws_api_gateway_domain_name: {
    domain_name: identity('the address'),
    'certificate_arn certificate_body certificate_chain certificate_name certificate_private_key regional_certificate_arn regional_certificate_name ownership_verification_certificate_arn':
      CERTIFICATE,
    policy: toldBy('IAM-003', ordered('set')),
    security_policy: toldBy('AUTHZ-002', ordered(TLS, 'TLS_1_2')),
    endpoint_configuration: identity('from which networks it is reached'),
    mutual_tls_authentication: TRUSTSTORE,
  },
  aws_api_gateway_gateway_response: {
    rest_api_id: WHICH_API,
    'response_type status_code response_parameters response_templates': identity('what a refused caller is told'),
  },
  aws_api_gateway_integration: {
    rest_api_id: WHICH_API,
    'resource_id http_method': WHICH_ROUTE,
    'type uri integration_http_method connection_id connection_type credentials request_parameters request_templates content_handling passthrough_behavior integration_target':
      ANSWER,
    'cache_key_parameters cache_namespace': identity('what cached answers are kept by'),
    'timeout_milliseconds response_transfer_mode': HARMLESS,
    'tls_config.insecure_skip_verification': ordered('off'),
  },
  aws_api_gateway_integration_response: {
    rest_api_id: WHICH_API,
    'resource_id http_method': WHICH_ROUTE,
    'response_parameters response_templates selection_pattern status_code content_handling': identity(
      'what of an answer the caller gets',
    ),
  },
  aws_api_gateway_method: {
    rest_api_id: WHICH_API,
    'resource_id http_method': WHICH_ROUTE,
    authorization: toldBy('AUTHZ-002', ordered('set', 'NONE')),
    authorizer_id: toldBy('AUTHZ-002', ordered('set')),
    authorization_scopes: toldBy('AUTHZ-002', identity('the scopes that a token needs')),
    api_key_required: toldBy('AUTHZ-002', ordered('on')),
    request_parameters: identity('which parameters a request needs'),
    'request_models request_validator_id': ordered('set'),
    operation_name: HARMLESS,
  },
  aws_api_gateway_method_response: {
    rest_api_id: WHICH_API,
    'resource_id http_method': WHICH_ROUTE,
    'response_models response_parameters status_code': identity('what of an answer the caller gets'),
  },
  aws_api_gateway_method_settings: {
    rest_api_id: WHICH_API,
    'stage_name method_path': identity('what the settings are for'),
    'settings.throttling_burst_limit settings.throttling_rate_limit': CALLER_LIMIT,
    'settings.caching_enabled settings.cache_ttl_in_seconds': ordered('less'),
    'settings.cache_data_encrypted settings.require_authorization_for_cache_control': ordered('on'),
    'settings.metrics_enabled': WATCHED,
    'settings.unauthorized_cache_control_header_strategy': ordered([
      'SUCCEED_WITHOUT_RESPONSE_HEADER',
      'SUCCEED_WITH_RESPONSE_HEADER',
      'FAIL_WITH_403',
    ]),
    'settings.data_trace_enabled': ordered('off'),
    'settings.logging_level': LOGGED,
  },
  aws_api_gateway_model: {
    rest_api_id: WHICH_API,
    'name content_type schema': identity('what a body has to look like'),
  },
  aws_api_gateway_request_validator: {
    rest_api_id: WHICH_API,
    'validate_request_body validate_request_parameters': ordered('on'),
    name: HARMLESS,
  },
  aws_api_gateway_resource: {
    rest_api_id: WHICH_API,
    'parent_id path_part': identity('the path'),
  },
  aws_api_gateway_rest_api: {
    policy: toldBy('IAM-003', ordered('set')),
    disable_execute_api_endpoint: toldBy('AUTHZ-002', ordered('on')),
    body: identity('the routes of the document, and what answers them'),
    'parameters put_rest_api_mode': identity('how the document is read'),
    api_key_source: identity('where the usage key comes from'),
    endpoint_configuration: identity('from which networks it is reached'),
    'name binary_media_types minimum_compression_size fail_on_warnings': HARMLESS,
  },
  aws_api_gateway_rest_api_policy: {
    rest_api_id: WHICH_API,
    policy: toldBy('IAM-003', ordered('set')),
  },
  aws_api_gateway_rest_api_put: {
    rest_api_id: WHICH_API,
    body: identity('the routes of the document, and what answers them'),
    parameters: identity('how the document is read'),
    triggers: RELEASE,
    fail_on_warnings: HARMLESS,
  },
  aws_api_gateway_stage: {
    rest_api_id: WHICH_API,
    stage_name: identity('the address'),
    deployment_id: RELEASE,
    variables: identity('variables that name what answers, and what the audit relies on'),
    client_certificate_id: ordered('set'),
    xray_tracing_enabled: WATCHED,
    cache_cluster_enabled: ordered('off'),
    access_log_settings: STAGE_LOG,
    canary_settings: identity('what part of the requests another deployment answers'),
    'cache_cluster_size documentation_version': HARMLESS,
  },
  aws_api_gateway_usage_plan: {
    'api_stages.api_id api_stages.stage api_stages.throttle.path': identity('which routes the plan is for'),
    'api_stages.throttle.burst_limit api_stages.throttle.rate_limit throttle_settings.burst_limit throttle_settings.rate_limit':
      CALLER_LIMIT,
    quota_settings: toldBy('AUTHZ-002', ordered(byQuotaBlocks)),
    'quota_settings.offset': HARMLESS,
    'name product_code': HARMLESS,
  },
  aws_api_gateway_usage_plan_key: { 'key_id key_type usage_plan_id': identity('which limits a key has') },
  aws_api_gateway_vpc_link: { target_arns: ANSWER, name: HARMLESS },
});

/** HTTP and WebSocket APIs. */
export const HTTP = classes({
  aws_apigatewayv2_api: {
    body: identity('the routes of the document, and what answers them'),
    'target credentials_arn': ANSWER,
    'route_key route_selection_expression protocol_type': identity('the routes'),
    api_key_selection_expression: identity('where the usage key comes from'),
    disable_execute_api_endpoint: ordered('on'),
    cors_configuration: CORS,
    'cors_configuration.max_age cors_configuration.expose_headers': HARMLESS,
    'name version ip_address_type fail_on_warnings': HARMLESS,
  },
  aws_apigatewayv2_api_mapping: {
    'api_id stage api_mapping_key domain_name': identity('which API a domain name leads to'),
  },
  aws_apigatewayv2_authorizer: {
    api_id: WHICH_API,
    'authorizer_uri authorizer_credentials_arn authorizer_type jwt_configuration':
      identity('who decides about requests'),
    'authorizer_payload_format_version enable_simple_responses': identity('how the decision is read'),
    name: toldBy('AUTHZ-002', identity('who decides about requests')),
    authorizer_result_ttl_in_seconds: toldBy('AUTHZ-002', ordered('less')),
    identity_sources: toldBy('AUTHZ-002', ordered('all')),
  },
  aws_apigatewayv2_deployment: { api_id: WHICH_API, triggers: RELEASE },
  aws_apigatewayv2_domain_name: {
    domain_name: identity('the address'),
    'domain_name_configuration.certificate_arn domain_name_configuration.ownership_verification_certificate_arn':
      CERTIFICATE,
    'domain_name_configuration.security_policy': ordered(TLS, 'TLS_1_2'),
    'domain_name_configuration.endpoint_type': identity('from which networks it is reached'),
    'domain_name_configuration.ip_address_type domain_name_configuration.hosted_zone_id domain_name_configuration.target_domain_name':
      HARMLESS,
    mutual_tls_authentication: TRUSTSTORE,
  },
  aws_apigatewayv2_integration: {
    api_id: WHICH_API,
    'integration_type integration_uri integration_method integration_subtype connection_id connection_type credentials_arn request_parameters request_templates response_parameters content_handling_strategy passthrough_behavior payload_format_version template_selection_expression tls_config':
      ANSWER,
    timeout_milliseconds: HARMLESS,
  },
  aws_apigatewayv2_integration_response: {
    api_id: WHICH_API,
    'integration_id integration_response_key response_templates template_selection_expression content_handling_strategy':
      identity('what of an answer the caller gets'),
  },
  aws_apigatewayv2_model: {
    api_id: WHICH_API,
    'name content_type schema': identity('what a body has to look like'),
  },
  aws_apigatewayv2_route: {
    api_id: WHICH_API,
    route_key: WHICH_ROUTE,
    target: ANSWER,
    authorization_type: toldBy('AUTHZ-002', ordered('set', 'NONE')),
    authorizer_id: toldBy('AUTHZ-002', ordered('set')),
    authorization_scopes: toldBy('AUTHZ-002', identity('the scopes that a token needs')),
    api_key_required: toldBy('AUTHZ-002', ordered('on')),
    request_models: ordered('set'),
    request_parameter: identity('which parameters a request needs'),
    model_selection_expression: identity('what a body has to look like'),
    'route_response_selection_expression operation_name': HARMLESS,
  },
  aws_apigatewayv2_route_response: {
    api_id: WHICH_API,
    'route_id route_response_key response_models model_selection_expression': identity(
      'what of an answer the caller gets',
    ),
  },
  aws_apigatewayv2_stage: {
    api_id: WHICH_API,
    name: identity('the address'),
    deployment_id: RELEASE,
    auto_deploy: identity('whether changes are served at once'),
    stage_variables: identity('variables that name what answers, and what the audit relies on'),
    client_certificate_id: ordered('set'),
    access_log_settings: STAGE_LOG,
    'default_route_settings.data_trace_enabled route_settings.data_trace_enabled': ordered('off'),
    'default_route_settings.detailed_metrics_enabled route_settings.detailed_metrics_enabled': WATCHED,
    'default_route_settings.logging_level route_settings.logging_level': LOGGED,
    'default_route_settings.throttling_burst_limit default_route_settings.throttling_rate_limit route_settings.throttling_burst_limit route_settings.throttling_rate_limit':
      CALLER_LIMIT,
    'route_settings.route_key': identity('what the settings are for'),
  },
  aws_apigatewayv2_vpc_link: {
    'security_group_ids subnet_ids': identity('the network that the gateway reaches'),
    name: HARMLESS,
  },
});
