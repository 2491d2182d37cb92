import { isIP } from 'node:net';
import { APPLICATION, TOKEN_ID } from '../grammar';
import { isSafeText } from '../text';

/** What the counters take from a line of the access log. */
export interface AccessLine {
  /** Id that CloudWatch Logs gave to the line: the same whenever it delivers the line again. */
  readonly id: string;
  /** When API Gateway received the request, in epoch milliseconds. */
  readonly at: number;
  /** Id of the REST API. */
  readonly restApiId: string;
  /** Method and path template, for example `GET /v1/sales/{region}`. */
  readonly route: string;
  readonly status: number;
  /** Type of the gateway response, for example `THROTTLED`; absent when the backend answered. */
  readonly errorType?: string;
  /** In milliseconds. */
  readonly latency: number;
  /** Source address. */
  readonly address?: string;
  readonly userAgent?: string;
  /** Public id of the API token that the authorizer accepted. */
  readonly tokenId?: string;
  /** Generation of the secret that was used. */
  readonly generation?: number;
  /** Application of an access token. */
  readonly application?: string;
  /** Scopes that the token holds. */
  readonly scopes: readonly string[];
}

/** What API Gateway writes for a value that is not available. */
const ABSENT = '-';
const MAX_USER_AGENT = 200;
const ERROR_TYPE = /^[A-Z0-9_]{1,64}$/;
const REST_API_ID = /^[A-Za-z0-9-]{1,64}$/;
const METHOD = /^[A-Z]{1,16}$/;
/** Requests are not of the future: a line that is so far ahead of the clock is damaged. */
const MAX_AHEAD_MS = 10 * 60_000;

/**
 * Reads a line in the kit's access-log format (`constructs/gateway/access-log.ts`). `undefined` for a line that is cut, is not JSON or is not
 * of this format, such as a value `-` where a number has to be.
 *
 * @param now epoch milliseconds
 */
export function parseAccessLine(id: string, message: string, now: number): AccessLine | undefined {
  const fields = objectOf(message);
  if (fields?.v !== 1) {
    return undefined;
  }
  const { ts, status, latency } = fields;
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' && value !== ABSENT ? value : undefined;
  };
  const restApiId = text('apiId');
  if (
    !isWhole(ts, now + MAX_AHEAD_MS) ||
    !isWhole(status, 599) ||
    status < 100 ||
    !isWhole(latency, 86_400_000) ||
    restApiId === undefined ||
    !REST_API_ID.test(restApiId)
  ) {
    return undefined;
  }
  const errorType = text('errType');
  const ip = text('ip');
  const userAgent = shortened(text('ua'));
  return {
    id,
    at: ts,
    restApiId,
    route: routeOf(text('method'), text('route')),
    status,
    latency,
    scopes: text('scopes')?.split(' ') ?? [],
    ...(errorType !== undefined && ERROR_TYPE.test(errorType) ? { errorType } : {}),
    ...(ip !== undefined && isIP(ip) !== 0 ? { address: ip } : {}),
    ...(userAgent !== undefined && isSafeText(userAgent) ? { userAgent } : {}),
    ...callerOf(text),
  };
}

/** Of an API token the id and the generation, of an access token the application. */
function callerOf(
  text: (name: string) => string | undefined,
): Pick<AccessLine, 'tokenId' | 'generation' | 'application'> {
  const tokenId = text('tokenId');
  if (text('authMethod') === 'api_token' && tokenId !== undefined && TOKEN_ID.pattern.test(tokenId)) {
    const generation = text('secretGeneration');
    return {
      tokenId,
      ...(generation !== undefined && /^[1-9]\d{0,8}$/.test(generation) ? { generation: Number(generation) } : {}),
    };
  }
  const application = text('application');
  return text('authMethod') === 'access_token' && application !== undefined && APPLICATION.pattern.test(application)
    ? { application }
    : {};
}

/** A request that met no route has no template. */
function routeOf(method: string | undefined, template: string | undefined): string {
  return method !== undefined && METHOD.test(method) && template?.startsWith('/') === true && template.length <= 512
    ? `${method} ${template}`
    : ABSENT;
}

/** The first characters, without half of a surrogate pair. */
function shortened(text: string | undefined): string | undefined {
  return text?.slice(0, MAX_USER_AGENT).replace(/[\uD800-\uDBFF]$/, '');
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

function objectOf(message: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
