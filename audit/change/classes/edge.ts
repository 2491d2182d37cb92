import { classes, concerning, HARMLESS, identity, ordered, RELEASE, toldBy } from './attribute-class';

const POLICY = toldBy('IAM-003', identity('who may do what'));
const ANSWER = identity('what answers');
const CACHED_BY = identity('what cached answers are kept by');
const PASSED_ON = identity('what of a request the origin gets');
const PROTECTED = identity('what browsers are told to refuse');
const REACHED = identity('who reaches the network');
const BEHAVIOR = (block: string) => ({
  [`${block}.allowed_methods`]: ordered('few'),
  [`${block}.cache_policy_id ${block}.forwarded_values`]: CACHED_BY,
  [`${block}.field_level_encryption_id`]: ordered('set'),
  [`${block}.origin_request_policy_id`]: PASSED_ON,
  [`${block}.realtime_log_config_arn`]: concerning('watch', ordered('set')),
  [`${block}.response_headers_policy_id`]: PROTECTED,
  [`${block}.target_origin_id ${block}.function_association ${block}.lambda_function_association ${block}.grpc_config`]:
    ANSWER,
  [`${block}.trusted_key_groups ${block}.trusted_signers`]: identity('whose signed addresses are taken'),
  [`${block}.viewer_protocol_policy`]: ordered(['allow-all', 'redirect-to-https', 'https-only']),
  [`${block}.cached_methods ${block}.compress ${block}.default_ttl ${block}.max_ttl ${block}.min_ttl ${block}.smooth_streaming`]:
    HARMLESS,
});

/** CloudFront: what stands before an API or a bucket. */
export const EDGE = classes({
  aws_cloudfront_distribution: {
    aliases: identity('the address'),
    web_acl_id: ordered('set'),
    'continuous_deployment_policy_id staging': identity('what part of the requests another distribution answers'),
    ...BEHAVIOR('default_cache_behavior'),
    ...BEHAVIOR('ordered_cache_behavior'),
    'ordered_cache_behavior.path_pattern': identity('which paths the settings are for'),
    'logging_config.bucket logging_config.prefix logging_config.include_cookies': concerning(
      'watch',
      identity('where the log goes and what it holds'),
    ),
    'origin.domain_name origin.origin_path origin.origin_id origin.vpc_origin_config.vpc_origin_id origin_group default_root_object custom_error_response':
      ANSWER,
    'origin.custom_header': identity('by what the origin knows the distribution'),
    'origin.origin_access_control_id origin.s3_origin_config': ordered('set'),
    'origin.custom_origin_config.origin_protocol_policy': ordered(['http-only', 'match-viewer', 'https-only']),
    'origin.custom_origin_config.origin_ssl_protocols': ordered('few'),
    'origin.custom_origin_config.http_port origin.custom_origin_config.https_port': ANSWER,
    restrictions: identity('from which countries it is reached'),
    'viewer_certificate.acm_certificate_arn viewer_certificate.iam_certificate_id': RELEASE,
    'viewer_certificate.cloudfront_default_certificate': ordered('off'),
    'viewer_certificate.minimum_protocol_version': ordered(
      ['SSLv3', 'TLSv1', 'TLSv1_2016', 'TLSv1.1_2016', 'TLSv1.2_2018', 'TLSv1.2_2019', 'TLSv1.2_2021'],
      'TLSv1',
    ),
    'viewer_certificate.ssl_support_method': HARMLESS,
    'comment enabled http_version is_ipv6_enabled price_class retain_on_delete wait_for_deployment': HARMLESS,
    'origin.connection_attempts origin.connection_timeout origin.custom_origin_config.origin_keepalive_timeout origin.custom_origin_config.origin_read_timeout origin.origin_shield origin.vpc_origin_config.origin_keepalive_timeout origin.vpc_origin_config.origin_read_timeout':
      HARMLESS,
  },
  aws_cloudfront_function: {
    'code publish': RELEASE,
    'name runtime key_value_store_associations': identity('what runs'),
    comment: HARMLESS,
  },
  aws_cloudfront_cache_policy: {
    parameters_in_cache_key_and_forwarded_to_origin: CACHED_BY,
    'parameters_in_cache_key_and_forwarded_to_origin.enable_accept_encoding_brotli parameters_in_cache_key_and_forwarded_to_origin.enable_accept_encoding_gzip':
      HARMLESS,
    'comment name default_ttl max_ttl min_ttl': HARMLESS,
  },
  aws_cloudfront_origin_request_policy: {
    'cookies_config headers_config query_strings_config': PASSED_ON,
    'comment name': HARMLESS,
  },
  aws_cloudfront_response_headers_policy: {
    cors_config: identity('which pages of others may call'),
    'cors_config.access_control_max_age_sec cors_config.access_control_expose_headers': HARMLESS,
    'security_headers_config custom_headers_config remove_headers_config': PROTECTED,
    'comment etag name server_timing_headers_config': HARMLESS,
  },
  aws_cloudfront_origin_access_control: {
    'origin_access_control_origin_type signing_behavior signing_protocol': identity(
      'how the origin knows the distribution',
    ),
    name: HARMLESS,
  },
  aws_cloudfront_origin_access_identity: { comment: HARMLESS },
  aws_cloudfront_vpc_origin: { vpc_origin_endpoint_config: ANSWER },
  aws_cloudfront_public_key: {
    encoded_key: identity('whose signed addresses are taken'),
    'comment name name_prefix': HARMLESS,
  },
  aws_cloudfront_key_group: { items: identity('whose signed addresses are taken'), 'comment name': HARMLESS },
  aws_cloudfront_realtime_log_config: {
    'fields endpoint': concerning('watch', identity('what of requests is logged, and where')),
    sampling_rate: concerning('watch', ordered('more')),
    name: HARMLESS,
  },
  aws_route53_record: {
    'name type zone_id records alias set_identifier cidr_routing_policy failover_routing_policy geolocation_routing_policy geoproximity_routing_policy latency_routing_policy weighted_routing_policy multivalue_answer_routing_policy':
      identity('where a name leads'),
    'ttl health_check_id allow_overwrite alias.evaluate_target_health': HARMLESS,
  },
});

/** Networks, as far as they guard a route or a store. */
export const NETWORKS = classes({
  aws_vpc_endpoint: {
    policy: toldBy('IAM-003', ordered('set')),
    'security_group_ids subnet_ids subnet_configuration route_table_ids vpc_id': REACHED,
    'service_name service_region service_network_arn resource_configuration_arn vpc_endpoint_type':
      identity('what is reached'),
    'private_dns_enabled dns_options': identity('whether names lead to it'),
    auto_accept: ordered('off'),
    ip_address_type: HARMLESS,
  },
  aws_vpc_endpoint_policy: { policy: POLICY, vpc_endpoint_id: identity('what the policy is for') },
  aws_vpc_endpoint_service: {
    acceptance_required: ordered('on'),
    allowed_principals: ordered('few'),
    'gateway_load_balancer_arns network_load_balancer_arns private_dns_name': ANSWER,
    'supported_ip_address_types supported_regions': REACHED,
  },
  aws_vpc_endpoint_service_allowed_principal: { 'principal_arn vpc_endpoint_service_id': REACHED },
  aws_security_group: {
    'ingress egress vpc_id': REACHED,
    'name name_prefix revoke_rules_on_delete': HARMLESS,
  },
  aws_security_group_rule: {
    'cidr_blocks ipv6_cidr_blocks prefix_list_ids from_port to_port protocol self source_security_group_id security_group_id type':
      REACHED,
  },
  aws_vpc_security_group_ingress_rule: {
    'cidr_ipv4 cidr_ipv6 from_port to_port ip_protocol prefix_list_id referenced_security_group_id security_group_id':
      REACHED,
  },
  aws_vpc_security_group_egress_rule: {
    'cidr_ipv4 cidr_ipv6 from_port to_port ip_protocol prefix_list_id referenced_security_group_id security_group_id':
      REACHED,
  },
});
