import { badFunctionResponse, GatewayError } from './errors';
import { isBinary, type RoutedRequest } from './events';
import { headerValues } from './request';
import { type GatewayAnswer, headerFault } from './response';

/** Largest request and response of a synchronous invocation (quotas of Lambda). */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Largest header values together (quotas of REST APIs). */
const MAX_HEADER_BYTES = 10_240;

/** None of them is mandatory, and there may be no other. */
const RESPONSE_KEYS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/**
 * Headers that API Gateway renames in a function's answer; `Date` and `Server` are its own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const REMAPPED = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);

/** Headers that it drops. */
const DROPPED = new Set([
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The answer that a function's result is, format 1.0 of the Lambda proxy integration. An empty object is an empty 200.
 *
 * @throws {GatewayError} 502 for a malformed result, which includes a header that HTTP cannot carry; API_CONFIGURATION_ERROR for a
 *   body that is to be decoded and is no base64
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyResponse(payload: unknown, routed: RoutedRequest): GatewayAnswer {
  if (!isRecord(payload)) {
    throw malformed('it is no object');
  }
  const unknown = Object.keys(payload).find((key) => !RESPONSE_KEYS.has(key));
  if (unknown !== undefined) {
    throw malformed(`it has the key ${JSON.stringify(unknown.slice(0, 100))}`);
  }
  const status = statusOf(payload.statusCode);
  const headers = responseHeaders(payload);
  const body = bodyOf(payload, routed);
  if (body.length > MAX_PAYLOAD_BYTES) {
    throw malformed(`it is above ${MAX_PAYLOAD_BYTES} bytes`);
  }
  return { status, headers, body };
}

function statusOf(statusCode: unknown): number {
  if (statusCode === undefined || statusCode === null) {
    return 200;
  }
  const text = typeof statusCode === 'number' || typeof statusCode === 'string' ? String(statusCode) : '';
  if (!/^[2-5]\d\d$/.test(text)) {
    throw malformed('its statusCode is no status from 200 to 599');
  }
  return Number(text);
}

function bodyOf({ body = null, isBase64Encoded = false }: Record<string, unknown>, routed: RoutedRequest): Buffer {
  if (body !== null && typeof body !== 'string') {
    throw malformed('its body is no text');
  }
  if (isBase64Encoded !== null && typeof isBase64Encoded !== 'boolean') {
    throw malformed('isBase64Encoded is no boolean');
  }
  const text = body ?? '';
  if (isBase64Encoded !== true || !acceptsBinary(routed)) {
    return Buffer.from(text);
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new GatewayError('API_CONFIGURATION_ERROR', { cause: 'the body of the function is no base64' });
  }
  return Buffer.from(text, 'base64');
}

/** Values of both members are sent; a pair that stands in both is sent once. */
function responseHeaders(payload: Record<string, unknown>): [string, string][] {
  const multi = headerRecord(payload.multiValueHeaders, 'multiValueHeaders').flatMap(([name, values]) => {
    if (!Array.isArray(values)) {
      throw malformed('multiValueHeaders has a value that is no list');
    }
    return values.map((value): [string, string] => [name, headerText(value)]);
  });
  const given = new Set(multi.map(pairKey));
  const single = headerRecord(payload.headers, 'headers')
    .map(([name, value]): [string, string] => [name, headerText(value)])
    .filter((header) => !given.has(pairKey(header)));
  const all = [...single, ...multi];
  const fault = all.map(headerFault).find((found) => found !== undefined);
  if (fault !== undefined) {
    throw malformed(fault);
  }
  const size = all.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0);
  if (size > MAX_HEADER_BYTES) {
    throw malformed(`its header values are ${size} bytes, allowed are ${MAX_HEADER_BYTES}`);
  }
  const sent = all.flatMap(([name, value]): [string, string][] => {
    const lower = name.toLowerCase();
    if (DROPPED.has(lower)) {
      return [];
    }
    return [[REMAPPED.has(lower) ? `x-amzn-Remapped-${name}` : name, value]];
  });
  const typed = sent.some(([name]) => name.toLowerCase() === 'content-type');
  return typed ? sent : [['Content-Type', 'application/json'], ...sent];
}

function pairKey([name, value]: [string, string]): string {
  return JSON.stringify([name.toLowerCase(), value]);
}

function headerRecord(value: unknown, what: string): [string, unknown][] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!isRecord(value)) {
    throw malformed(`${what} is no object`);
  }
  return Object.entries(value);
}

function headerText(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw malformed('a header is neither text nor number nor boolean');
  }
  return String(value);
}

/** API Gateway decodes a body when the first media type that the client accepts is a binary one of the API. */
function acceptsBinary({ api, request }: RoutedRequest): boolean {
  const [first] = (headerValues(request.headers, 'accept')[0] ?? '').split(',');
  return isBinary(api, first);
}

function malformed(what: string): GatewayError {
  return badFunctionResponse(`malformed Lambda proxy response: ${what}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
