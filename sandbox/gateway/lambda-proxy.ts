import { badFunctionResponse, GatewayError } from './errors';
import { type CallerIdentity, executionArn, isBinary, proxyEvent, type RoutedRequest } from './events';
import { type FunctionAccess, FunctionUnavailable } from './function-access';
import type { IntegrationDefinition } from './model';
import { headerValues } from './request';
import type { GatewayAnswer } from './response';

type ProxyIntegration = Extract<IntegrationDefinition, { type: 'AWS_PROXY' }>;

/** Largest request and response of a synchronous invocation (quotas of Lambda). */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/**
 * Answers by a Lambda proxy integration.
 *
 * @throws {GatewayError} INTEGRATION_TIMEOUT; 502 for a failed function or a malformed response, never with its text;
 *   REQUEST_TOO_LARGE; API_CONFIGURATION_ERROR for a function that cannot be called
 */
export async function answerLambdaProxy(
  integration: ProxyIntegration,
  routed: RoutedRequest,
  caller: CallerIdentity,
  functions: FunctionAccess,
): Promise<GatewayAnswer> {
  const event = proxyEvent(routed, caller);
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_PAYLOAD_BYTES) {
    throw new GatewayError('REQUEST_TOO_LARGE', { cause: `the event is above ${MAX_PAYLOAD_BYTES} bytes` });
  }
  const { functionArn, timeoutMilliseconds } = integration;
  const call = functions.call({ functionArn, sourceArn: methodSourceArn(routed), event });
  let result: Awaited<typeof call> | undefined;
  try {
    result = await withTimeout(call, timeoutMilliseconds);
  } catch (error) {
    if (error instanceof FunctionUnavailable)
      throw new GatewayError('API_CONFIGURATION_ERROR', { cause: error.message });
    throw error;
  }
  if (result === undefined) {
    throw new GatewayError('INTEGRATION_TIMEOUT', { cause: `no answer within ${timeoutMilliseconds} ms` });
  }
  if (!result.ok) throw badFunctionResponse(`function failed: ${result.errorType}`);
  return mapResponse(result.payload, routed);
}

/** ARN of a method as the resource policy of its function sees it. */
export function methodSourceArn({ api, request, route }: RoutedRequest): string {
  return `${executionArn(api)}/${api.stage.name}/${request.method}${route.resource.path}`;
}

/** The result of a promise, or `undefined` when it takes longer. */
async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const RESPONSE_KEYS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/** Headers that API Gateway renames in a function's response (developer guide, important notes). */
const REMAPPED = new Set([
  'authorization',
  'connection',
  'content-md5',
  'date',
  'host',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);
/** Headers that the gateway writes itself. */
const DROPPED = new Set(['content-length', 'transfer-encoding']);

function mapResponse(payload: unknown, routed: RoutedRequest): GatewayAnswer {
  if (!isRecord(payload)) throw malformed('it is no object');
  const unknown = Object.keys(payload).find((key) => !RESPONSE_KEYS.has(key));
  if (unknown !== undefined) throw malformed(`it has the key ${JSON.stringify(unknown)}`);
  const status = Number(payload.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) throw malformed('its statusCode is no status');
  const { body = null, isBase64Encoded = false } = payload;
  if (body !== null && typeof body !== 'string') throw malformed('its body is no text');
  if (isBase64Encoded !== null && typeof isBase64Encoded !== 'boolean')
    throw malformed('isBase64Encoded is no boolean');
  const headers = responseHeaders(payload);
  const decode = isBase64Encoded === true && acceptsBinary(routed);
  const answer = {
    status,
    headers,
    body: Buffer.from(body ?? '', decode ? 'base64' : 'utf8'),
  };
  if (answer.body.length > MAX_PAYLOAD_BYTES) throw malformed(`it is above ${MAX_PAYLOAD_BYTES} bytes`);
  return answer;
}

function responseHeaders(payload: Record<string, unknown>): [string, string][] {
  const multi = headerRecord(payload.multiValueHeaders, 'multiValueHeaders').flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw malformed('multiValueHeaders has a value that is no list');
    return values.map((value): [string, string] => [name, headerText(value)]);
  });
  const given = new Set(multi.map(([name]) => name.toLowerCase()));
  const single = headerRecord(payload.headers, 'headers')
    .filter(([name]) => !given.has(name.toLowerCase()))
    .map(([name, value]): [string, string] => [name, headerText(value)]);
  const sent = [...single, ...multi]
    .filter(([name]) => !DROPPED.has(name.toLowerCase()))
    .map(([name, value]): [string, string] => [
      REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name,
      value,
    ]);
  const typed = sent.some(([name]) => name.toLowerCase() === 'content-type');
  return typed ? sent : [['Content-Type', 'application/json'], ...sent];
}

function headerRecord(value: unknown, what: string): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) throw malformed(`${what} is no object`);
  return Object.entries(value);
}

function headerText(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw malformed('a header is neither text nor number nor boolean');
  }
  const text = String(value);
  if (/[\r\n\0]/.test(text)) throw malformed('a header holds a line break');
  return text;
}

/** API Gateway decodes a body when the first media type that the client accepts is a binary one of the API. */
function acceptsBinary({ api, request }: RoutedRequest): boolean {
  const [first] = (headerValues(request.headers, 'accept').at(-1) ?? '').split(',');
  return isBinary(api, first);
}

function malformed(what: string): GatewayError {
  return badFunctionResponse(`malformed Lambda proxy response: ${what}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
