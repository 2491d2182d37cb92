/** Version of the access-log format, in the field `v` of each line. */
export const ACCESS_LOG_VERSION = 1;

/** A field of the access log: the variable of `$context`, and whether its value is a number on every line. */
interface AccessLogField {
  readonly variable: string;
  readonly numeric?: boolean;
}

/**
 * Fields of the access log of a REST API, schema v1. The route is the template (`resourcePath`), never the path, which
 * may hold what a caller should have kept to itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference
 */
export const ACCESS_LOG_FIELDS: Readonly<Record<string, AccessLogField>> = {
  requestId: { variable: 'requestId' },
  extendedRequestId: { variable: 'extendedRequestId' },
  ts: { variable: 'requestTimeEpoch', numeric: true },
  apiId: { variable: 'apiId' },
  stage: { variable: 'stage' },
  domainName: { variable: 'domainName' },
  deploymentId: { variable: 'deploymentId' },
  xrayTraceId: { variable: 'xrayTraceId' },
  method: { variable: 'httpMethod' },
  route: { variable: 'resourcePath' },
  protocol: { variable: 'protocol' },
  ip: { variable: 'identity.sourceIp' },
  ua: { variable: 'identity.userAgent' },
  apiKeyId: { variable: 'identity.apiKeyId' },
  clientCertSerialNumber: { variable: 'identity.clientCert.serialNumber' },
  clientCertSubjectDN: { variable: 'identity.clientCert.subjectDN' },
  tlsVersion: { variable: 'tlsVersion' },
  cipherSuite: { variable: 'cipherSuite' },
  status: { variable: 'status', numeric: true },
  bytes: { variable: 'responseLength', numeric: true },
  latency: { variable: 'responseLatency', numeric: true },
  integLatency: { variable: 'integrationLatency' },
  integStatus: { variable: 'integrationStatus' },
  errType: { variable: 'error.responseType' },
  errMsg: { variable: 'error.message' },
  wafStatus: { variable: 'waf.status' },
  wafError: { variable: 'waf.error' },
  wafLatency: { variable: 'waf.latency' },
  wafResponseCode: { variable: 'wafResponseCode' },
  webaclArn: { variable: 'webaclArn' },
  authenticateStatus: { variable: 'authenticate.status' },
  authenticateError: { variable: 'authenticate.error' },
  authenticateLatency: { variable: 'authenticate.latency' },
  authorizerStatus: { variable: 'authorizer.status' },
  authorizerError: { variable: 'authorizer.error' },
  authorizerLatency: { variable: 'authorizer.latency' },
  authorizerIntegrationLatency: { variable: 'authorizer.integrationLatency' },
  authorizerIntegrationStatus: { variable: 'authorizer.integrationStatus' },
  authorizeStatus: { variable: 'authorize.status' },
  authorizeError: { variable: 'authorize.error' },
  authorizeLatency: { variable: 'authorize.latency' },
  principal: { variable: 'authorizer.principal' },
  tokenId: { variable: 'authorizer.tokenId' },
  application: { variable: 'authorizer.application' },
  team: { variable: 'authorizer.team' },
  environment: { variable: 'authorizer.environment' },
  tier: { variable: 'authorizer.tier' },
  authMethod: { variable: 'authorizer.authMethod' },
  secretGeneration: { variable: 'authorizer.secretGeneration' },
  scopes: { variable: 'authorizer.scopes' },
};

/** What may never be logged: values that are credentials, may hold some, or are personal. */
const FORBIDDEN =
  /\$context\.(path|error\.validationErrorString|identity\.apiKey|authorizer\.claims(\.[\w-]+)?)(?![\w.])|\$(input|stageVariables|method)\b|\$context\.(requestOverride|responseOverride)|authorization|cookie|querystring/i;

/**
 * The access-log format, one line of JSON. A value that is unavailable is written as `-`, so only what is a number on
 * every line stands without quotes.
 */
export function accessLogFormat(): string {
  const members = Object.entries(ACCESS_LOG_FIELDS).map(([key, { variable, numeric = false }]) =>
    numeric ? `"${key}":$context.${variable}` : `"${key}":"$context.${variable}"`,
  );
  return `{"v":${ACCESS_LOG_VERSION},${members.join(',')}}`;
}

/**
 * What of an access-log format must not be logged: the usage key, headers that hold credentials, the path and the query
 * string, claims, and what a validator says, which repeats values of the body. `undefined` when there is nothing.
 */
export function forbiddenInAccessLog(format: string): string | undefined {
  return FORBIDDEN.exec(format)?.[0];
}
