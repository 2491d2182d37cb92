import { classes, HARMLESS, identity, ordered, RELEASE, toldBy } from './attribute-class';

const POOL = identity('which user pool it is for');
const ISSUED = identity('who gets which tokens');
const CALLBACK = identity('where codes and tokens are sent');
const KEPT_FOR = ordered('less');
const TEXTS = HARMLESS;
const CLIENT = {
  user_pool_id: POOL,
  'allowed_oauth_flows allowed_oauth_flows_user_pool_client explicit_auth_flows supported_identity_providers': ISSUED,
  allowed_oauth_scopes: ordered('few'),
  'callback_urls logout_urls default_redirect_uri': CALLBACK,
  'access_token_validity id_token_validity refresh_token_validity auth_session_validity': KEPT_FOR,
  token_validity_units: identity('how long tokens are valid'),
  enable_token_revocation: ordered('on', 'true'),
  'refresh_token_rotation.feature': ordered(['DISABLED', 'ENABLED'], 'DISABLED'),
  'refresh_token_rotation.retry_grace_period_seconds': ordered('less', 0),
  prevent_user_existence_errors: ordered(['LEGACY', 'ENABLED'], 'LEGACY'),
  'read_attributes write_attributes': identity('what the client may read and change of a user'),
  enable_propagate_additional_user_context_data: HARMLESS,
  analytics_configuration: identity('who is told of sign-ins'),
} as const;

/** User pools, their clients, and what an identity is worth. */
export const SIGN_IN = classes({
  aws_cognito_user_pool: {
    'alias_attributes username_attributes username_configuration': identity('by what a user signs in'),
    auto_verified_attributes: ordered('all'),
    deletion_protection: toldBy('STATE-004', ordered(['INACTIVE', 'ACTIVE'], 'INACTIVE')),
    mfa_configuration: ordered(['OFF', 'OPTIONAL', 'ON'], 'OFF'),
    'software_token_mfa_configuration.enabled': ordered('on'),
    'admin_create_user_config.allow_admin_create_user_only': ordered('on'),
    account_recovery_setting: identity('how an account is recovered'),
    'device_configuration.challenge_required_on_new_device': ordered('on'),
    'device_configuration.device_only_remembered_on_user_prompt': HARMLESS,
    'email_configuration sms_configuration': identity('who sends codes'),
    lambda_config: identity('which functions decide about users and tokens'),
    'password_policy.minimum_length password_policy.password_history_size': ordered('more'),
    'password_policy.require_lowercase password_policy.require_numbers password_policy.require_symbols password_policy.require_uppercase':
      ordered('on'),
    'password_policy.temporary_password_validity_days': ordered('less', 7),
    schema: identity('what is known of a user'),
    sign_in_policy: identity('by what a user signs in'),
    'user_attribute_update_settings.attributes_require_verification_before_update': ordered('all'),
    'user_pool_add_ons.advanced_security_mode': ordered(['OFF', 'AUDIT', 'ENFORCED'], 'OFF'),
    'user_pool_add_ons.advanced_security_additional_flows': ordered('set'),
    user_pool_tier: ordered(['LITE', 'ESSENTIALS', 'PLUS'], 'ESSENTIALS'),
    'web_authn_configuration.relying_party_id': identity('whose passkeys are taken'),
    'web_authn_configuration.user_verification': ordered(['preferred', 'required'], 'preferred'),
    'verification_message_template.default_email_option': identity('how an address is proved'),
    'verification_message_template admin_create_user_config.invite_message_template email_mfa_configuration email_verification_message email_verification_subject sms_authentication_message sms_verification_message':
      TEXTS,
    name: identity('which user pool it is'),
  },
  aws_cognito_user_pool_client: { ...CLIENT, generate_secret: ordered('on'), name: HARMLESS },
  aws_cognito_managed_user_pool_client: { ...CLIENT, 'name_pattern name_prefix': identity('which client it is') },
  aws_cognito_user_pool_domain: {
    'domain user_pool_id': identity('where users sign in'),
    certificate_arn: RELEASE,
    managed_login_version: HARMLESS,
  },
  aws_cognito_resource_server: {
    user_pool_id: POOL,
    'identifier scope.scope_name': identity('which scopes there are'),
    'name scope.scope_description': HARMLESS,
  },
  aws_cognito_identity_provider: {
    user_pool_id: POOL,
    'provider_details provider_name provider_type idp_identifiers attribute_mapping': identity('who vouches for users'),
  },
  aws_cognito_identity_pool: {
    'allow_classic_flow allow_unauthenticated_identities': ordered('off'),
    'cognito_identity_providers.client_id cognito_identity_providers.provider_name developer_provider_name openid_connect_provider_arns saml_provider_arns supported_login_providers':
      identity('whose tokens are taken'),
    'cognito_identity_providers.server_side_token_check': ordered('on'),
    identity_pool_name: HARMLESS,
  },
  aws_cognito_identity_pool_roles_attachment: {
    'identity_pool_id roles role_mapping': identity('which rights an identity gets'),
  },
  aws_cognito_identity_pool_provider_principal_tag: {
    'identity_pool_id identity_provider_name principal_tags use_defaults': identity('which rights an identity gets'),
  },
  aws_cognito_user_group: {
    user_pool_id: POOL,
    'name role_arn precedence': identity('which rights members of the group have'),
  },
  aws_cognito_user: {
    user_pool_id: POOL,
    'username attributes client_metadata validation_data password temporary_password': identity('who the user is'),
    enabled: ordered('off', 'true'),
    'desired_delivery_mediums force_alias_creation message_action': HARMLESS,
  },
  aws_cognito_user_in_group: { 'group_name user_pool_id username': identity('who is a member of the group') },
  aws_cognito_risk_configuration: {
    'user_pool_id client_id': identity('which clients it is for'),
    'account_takeover_risk_configuration.actions compromised_credentials_risk_configuration risk_exception_configuration':
      identity('what is done about stolen passwords'),
    'account_takeover_risk_configuration.notify_configuration': HARMLESS,
  },
});
