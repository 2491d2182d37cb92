import { accessAdded } from './access-added';
import { accessLog } from './access-log';
import { accessLogForbiddenField } from './access-log-forbidden-field';
import { accessLogJson } from './access-log-json';
import { accessLogRequiredField } from './access-log-required-field';
import { accountDefaultLimit } from './account-default-limit';
import { alarmAction } from './alarm-action';
import { alarmMetric } from './alarm-metric';
import { alarmMissingData } from './alarm-missing-data';
import { apiKeyAsAuthorization } from './api-key-as-authorization';
import { apiKeyReplaced } from './api-key-replaced';
import { apiKeyValueInLog } from './api-key-value-in-log';
import { apiKeyWithoutPlan } from './api-key-without-plan';
import { apiOpenToEveryAccount } from './api-open-to-every-account';
import { authorizerAndGateway } from './authorizer-and-gateway';
import { authorizerConcurrency } from './authorizer-concurrency';
import { authorizerPermission } from './authorizer-permission';
import { authorizerReference } from './authorizer-reference';
import { authorizerResultTime } from './authorizer-result-time';
import { authorizerRights } from './authorizer-rights';
import { clientSecretInState } from './client-secret-in-state';
import { codeSigning } from './code-signing';
import { cors } from './cors';
import { credentialInConfiguration } from './credential-in-configuration';
import { credentialInEnvironment } from './credential-in-environment';
import { credentialInOutput } from './credential-in-output';
import { credentialInQueryString } from './credential-in-query-string';
import { credentialInStageVariable } from './credential-in-stage-variable';
import { credentialInState } from './credential-in-state';
import { customerManagedKey } from './customer-managed-key';
import { dashboardLimits } from './dashboard-limits';
import { dataTrace } from './data-trace';
import { decryptWithEveryKey } from './decrypt-with-every-key';
import { defaultEndpoint } from './default-endpoint';
import { deprecatedRuntime } from './deprecated-runtime';
import { duplicateAlarmName } from './duplicate-alarm-name';
import { duplicateApiName } from './duplicate-api-name';
import { encryptionAtRest } from './encryption-at-rest';
import { endpointAddress } from './endpoint-address';
import { executionLog } from './execution-log';
import { executionLogGroup } from './execution-log-group';
import { failedCheck } from './failed-check';
import { functionChanged } from './function-changed';
import { functionPermissionSource } from './function-permission-source';
import { functionTimeout } from './function-timeout';
import { functionUrl } from './function-url';
import { functionVpc } from './function-vpc';
import { guardRemoved } from './guard-removed';
import { jwtIssuerAndAudience } from './jwt-issuer-and-audience';
import { jwtRouteScopes } from './jwt-route-scopes';
import { keepingChanged } from './keeping-changed';
import { keyRotation } from './key-rotation';
import { logEncryption } from './log-encryption';
import { logRetention } from './log-retention';
import { lostEvents } from './lost-events';
import { mandatoryAlarm } from './mandatory-alarm';
import { methodLimitAbovePlan } from './method-limit-above-plan';
import { mutualTls } from './mutual-tls';
import { newAccess } from './new-access';
import { oauthClientSettings } from './oauth-client-settings';
import { oauthRouteLimit } from './oauth-route-limit';
import { objectLock } from './object-lock';
import { openToEverybody } from './open-to-everybody';
import { passRole } from './pass-role';
import { plainHttpBackend } from './plain-http-backend';
import { planLimitAboveStage } from './plan-limit-above-stage';
import { pointInTimeRecovery } from './point-in-time-recovery';
import { privilegeEscalation } from './privilege-escalation';
import { protectionMissing } from './protection-missing';
import { protectionRemoved } from './protection-removed';
import { providerCredential } from './provider-credential';
import { publicBucket } from './public-bucket';
import { publicCatchAllRoute } from './public-catch-all-route';
import { recoveryWindow } from './recovery-window';
import { requestPathChanged } from './request-path-changed';
import { requestValidation } from './request-validation';
import { resultForOneRoute } from './result-for-one-route';
import { rotationAlarm } from './rotation-alarm';
import { rotationInterval } from './rotation-interval';
import { rotationPermission } from './rotation-permission';
import { rotationRemoved } from './rotation-removed';
import { rotationRights } from './rotation-rights';
import { routeWeakened } from './route-weakened';
import { routeWithoutAccessRule } from './route-without-access-rule';
import type { Rule } from './rule';
import { secretRotation } from './secret-rotation';
import { sensitiveActionOnEveryResource } from './sensitive-action-on-every-resource';
import { sharedAuthorizerResult } from './shared-authorizer-result';
import { stageThrottle } from './stage-throttle';
import { stageWebAcl } from './stage-web-acl';
import { statefulDestroyed } from './stateful-destroyed';
import { statefulForgotten } from './stateful-forgotten';
import { statefulReplaced } from './stateful-replaced';
import { strengthenedNotServed } from './strengthened-not-served';
import { tags } from './tags';
import { tlsVersion } from './tls-version';
import { tokenEndpointSettings } from './token-endpoint-settings';
import { tokenTableTimeToLive } from './token-table-time-to-live';
import { tokenValidationExpression } from './token-validation-expression';
import { tracing } from './tracing';
import { uncachedAuthorizerConcurrency } from './uncached-authorizer-concurrency';
import { unclassifiedChange } from './unclassified-change';
import { unreadablePolicy } from './unreadable-policy';
import { usagePlanLimits } from './usage-plan-limits';
import { usagePlanWithoutStage } from './usage-plan-without-stage';
import { validatorWithoutModel } from './validator-without-model';
import { watchChanged } from './watch-changed';
import { weakenedOutside } from './weakened-outside';
import { webAclContent } from './web-acl-content';
import { wildcardAction } from './wildcard-action';

/** The rules of the kit, in the order of their ids. */
export const RULES: readonly Rule[] = [
  routeWithoutAccessRule,
  routeWeakened,
  apiKeyAsAuthorization,
  authorizerReference,
  cors,
  sharedAuthorizerResult,
  authorizerResultTime,
  uncachedAuthorizerConcurrency,
  jwtRouteScopes,
  credentialInQueryString,
  tokenValidationExpression,
  publicCatchAllRoute,
  defaultEndpoint,
  functionUrl,
  apiOpenToEveryAccount,
  authorizerPermission,
  jwtIssuerAndAudience,
  duplicateApiName,
  resultForOneRoute,
  authorizerAndGateway,
  tokenEndpointSettings,
  oauthClientSettings,
  requestPathChanged,
  keepingChanged,
  watchChanged,
  functionChanged,
  unclassifiedChange,
  guardRemoved,
  accessAdded,
  strengthenedNotServed,
  encryptionAtRest,
  customerManagedKey,
  keyRotation,
  pointInTimeRecovery,
  tokenTableTimeToLive,
  publicBucket,
  objectLock,
  stageWebAcl,
  webAclContent,
  tlsVersion,
  mutualTls,
  plainHttpBackend,
  wildcardAction,
  sensitiveActionOnEveryResource,
  newAccess,
  authorizerRights,
  privilegeEscalation,
  openToEverybody,
  functionPermissionSource,
  passRole,
  decryptWithEveryKey,
  unreadablePolicy,
  deprecatedRuntime,
  authorizerConcurrency,
  functionTimeout,
  lostEvents,
  codeSigning,
  functionVpc,
  accessLog,
  accessLogJson,
  accessLogRequiredField,
  accessLogForbiddenField,
  logRetention,
  logEncryption,
  dataTrace,
  executionLog,
  tracing,
  executionLogGroup,
  mandatoryAlarm,
  alarmAction,
  alarmMetric,
  dashboardLimits,
  alarmMissingData,
  duplicateAlarmName,
  weakenedOutside,
  failedCheck,
  stageThrottle,
  usagePlanLimits,
  methodLimitAbovePlan,
  apiKeyWithoutPlan,
  usagePlanWithoutStage,
  accountDefaultLimit,
  planLimitAboveStage,
  oauthRouteLimit,
  secretRotation,
  rotationInterval,
  rotationPermission,
  rotationRights,
  rotationAlarm,
  rotationRemoved,
  recoveryWindow,
  credentialInConfiguration,
  credentialInEnvironment,
  credentialInOutput,
  credentialInStageVariable,
  providerCredential,
  apiKeyValueInLog,
  credentialInState,
  clientSecretInState,
  statefulDestroyed,
  statefulReplaced,
  statefulForgotten,
  protectionRemoved,
  protectionMissing,
  apiKeyReplaced,
  endpointAddress,
  tags,
  requestValidation,
  validatorWithoutModel,
];
