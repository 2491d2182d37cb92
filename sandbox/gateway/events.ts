import { defined } from '../../lambdas/lib/defined';
import type { MethodDefinition, RestApi } from './model';
import { type GatewayRequest, headerValues, type MultiValues } from './request';
import type { RouteMatch } from './router';

/** A request that has a route. */
export interface RoutedRequest {
  readonly request: GatewayRequest;
  readonly api: RestApi;
  readonly route: RouteMatch;
}

/** What the authorizer and the usage key say of the caller. */
export interface CallerIdentity {
  /** Context of the authorizer, with `principalId` and `integrationLatency`. */
  readonly authorizer?: Readonly<Record<string, string | number>>;
  readonly apiKey?: { readonly id: string; readonly value: string };
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`, with the real path and not the template. */
export function methodArn({ request, api }: RoutedRequest): string {
  return `${executionArn(api)}/${api.stage.name}/${request.method}${request.path}`;
}

export function executionArn(api: RestApi): string {
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}`;
}

/** Name of the API on AWS. */
export function domainName(api: RestApi): string {
  return `${api.id}.execute-api.${api.region}.amazonaws.com`;
}

/**
 * The event of a REQUEST authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function authorizerEvent(routed: RoutedRequest): Record<string, unknown> {
  const { request, api, route } = routed;
  return {
    type: 'REQUEST',
    methodArn: methodArn(routed),
    resource: route.resource.path,
    path: request.path,
    httpMethod: request.method,
    ...messageParts(routed),
    stageVariables: nullIfEmpty(api.stage.variables),
    // The documented example of this event leaves the stage out of the path.
    requestContext: { ...requestContext(routed), path: request.path, identity: identity(routed, {}) },
  };
}

/**
 * The event of a Lambda proxy integration, format 1.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(routed: RoutedRequest, caller: CallerIdentity): Record<string, unknown> {
  const { request, api, route } = routed;
  const binary = isBinary(api, headerValues(request.headers, 'content-type')[0]);
  const encoding = binary ? 'base64' : 'utf8';
  return {
    resource: route.resource.path,
    path: request.path,
    httpMethod: request.method,
    ...messageParts(routed),
    stageVariables: nullIfEmpty(api.stage.variables),
    requestContext: {
      ...requestContext(routed),
      path: request.stagePath,
      identity: identity(routed, caller),
      ...defined({ authorizer: caller.authorizer }),
    },
    body: request.body.length === 0 ? null : request.body.toString(encoding),
    isBase64Encoded: binary && request.body.length > 0,
  };
}

/** Whether the API treats a media type as binary: exact, or by a `type/*` or `*` `/*` entry. */
export function isBinary(api: RestApi, mediaType: string | undefined): boolean {
  const [type = ''] = (mediaType ?? '').toLowerCase().split(';');
  const name = type.trim();
  return api.definition.binaryMediaTypes.some(
    (entry) => entry === '*/*' || entry.toLowerCase() === name || entry.toLowerCase() === `${name.split('/')[0]}/*`,
  );
}

function messageParts({ request, route }: RoutedRequest): Record<string, unknown> {
  return {
    headers: nullIfEmpty(lastValues(request.headers)),
    multiValueHeaders: nullIfEmpty(request.headers),
    queryStringParameters: nullIfEmpty(lastValues(request.query)),
    multiValueQueryStringParameters: nullIfEmpty(request.query),
    pathParameters: nullIfEmpty(route.pathParameters),
  };
}

function requestContext({ request, api, route }: RoutedRequest): Record<string, unknown> {
  const { operationName }: MethodDefinition = route.method;
  return {
    resourceId: route.resource.id,
    resourcePath: route.resource.path,
    ...defined({ operationName }),
    httpMethod: request.method,
    extendedRequestId: request.extendedRequestId,
    requestTime: commonLogTime(request.time),
    accountId: api.accountId,
    protocol: request.protocol,
    stage: api.stage.name,
    domainPrefix: api.id,
    requestTimeEpoch: request.time,
    requestId: request.requestId,
    domainName: domainName(api),
    deploymentId: api.deploymentId,
    apiId: api.id,
  };
}

/** Without a usage key and without a certificate their members are absent, and not `null` as the others are. */
function identity({ request, api }: RoutedRequest, caller: CallerIdentity): Record<string, unknown> {
  const fromHeader =
    api.definition.apiKeySource === 'HEADER' ? headerValues(request.headers, 'x-api-key').at(-1) : undefined;
  const apiKey = caller.apiKey?.value ?? fromHeader;
  return {
    cognitoIdentityPoolId: null,
    accountId: null,
    cognitoIdentityId: null,
    caller: null,
    sourceIp: request.sourceIp,
    principalOrgId: null,
    accessKey: null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: null,
    userAgent: headerValues(request.headers, 'user-agent').at(-1) ?? null,
    user: null,
    ...defined({ apiKey }),
    ...(caller.apiKey === undefined ? {} : { apiKeyId: caller.apiKey.id }),
    ...defined({ clientCert: request.clientCertificate }),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Time of the common log format, as in `$context.requestTime`: `09/Apr/2015:12:34:56 +0000`. */
export function commonLogTime(epochMilliseconds: number): string {
  const date = new Date(epochMilliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function lastValues(values: MultiValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']));
}

function nullIfEmpty<T extends object>(value: T): T | null {
  return Object.keys(value).length === 0 ? null : value;
}
