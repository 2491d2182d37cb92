import { contextVariables, type RequestVariables, substitute } from './context';

/**
 * Variables of REST API access logs that the sandbox knows; those it has no value for are `-`. The value of a usage key
 * (`identity.apiKey`) is among the latter on purpose.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const KNOWN = new Set(
  `accountId apiId authenticate.error authenticate.latency authenticate.status authorize.error authorize.latency
  authorize.status awsEndpointRequestId cipherSuite customDomain.basePathMatched deploymentId domainName domainPrefix
  endpointType error.message error.messageString error.responseType error.validationErrorString extendedRequestId
  httpMethod identity.accountId identity.apiKey identity.apiKeyId identity.caller identity.cognitoAuthenticationProvider
  identity.cognitoAuthenticationType identity.cognitoIdentityId identity.cognitoIdentityPoolId
  identity.clientCert.clientCertPem identity.clientCert.issuerDN identity.clientCert.serialNumber
  identity.clientCert.subjectDN identity.clientCert.validity.notAfter identity.clientCert.validity.notBefore
  identity.principalOrgId identity.sourceIp identity.user identity.userAgent identity.userArn identity.vpceId
  identity.vpcId integration.error integration.integrationStatus integration.latency integration.requestId
  integration.status integrationErrorMessage integrationLatency integrationStatus isCanaryRequest path protocol
  requestId requestTime requestTimeEpoch resourceId resourcePath responseLatency responseLength stage status tlsVersion
  waf.error waf.latency waf.status wafResponseCode webaclArn wafError wafLatency wafStatus xrayTraceId`.split(/\s+/),
);

/** One line in the planned format. */
export function renderAccessLog(
  format: string,
  variables: RequestVariables,
  stageVariables: Readonly<Record<string, string>>,
): string {
  return substitute(format, { variables, stageVariables, absent: '-' });
}

/** Variables of a format that API Gateway does not have: they are `-` on every line, usually by a slip of the pen. */
export function unknownVariables(format: string): string[] {
  return contextVariables(format).filter((name) => !KNOWN.has(name) && !name.startsWith('authorizer.'));
}
