import { Token } from 'cdktf';
import { ORIGIN } from '../../lambdas/lib/grammar';

/** Cross-origin access of browser applications. */
export interface CorsOptions {
  /**
   * Origins of the applications, such as `https://dashboard.example.com`, without a wildcard. A REST API has one: API Gateway's own
   * answers (401, 403, 429, 5xx) are static.
   */
  readonly allowOrigins: readonly string[];
  /**
   * Request headers that the applications may send.
   *
   * @default ["Authorization", "Content-Type", "DPoP", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id"]
   */
  readonly allowHeaders?: readonly string[];
  /** How long a browser may keep the answer to a preflight, in seconds, 0 to 86400. @default 600 */
  readonly maxAgeSeconds?: number;
}

/** Request headers that applications may send to an API that names none. */
export const DEFAULT_ALLOW_HEADERS: readonly string[] = [
  'Authorization',
  'Content-Type',
  'DPoP',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
];

/** Written reason of the preflight routes in the access rules. */
export const PREFLIGHT_REASON = 'CORS preflight';

/** The first thing that is wrong with options of CORS, and what is allowed. Values that are known at apply only are taken as they are. */
export function corsFault({ allowOrigins, allowHeaders = [], maxAgeSeconds = 0 }: CorsOptions): string | undefined {
  const origin = allowOrigins.find((text) => !Token.isUnresolved(text) && !ORIGIN.pattern.test(text));
  if (origin !== undefined || allowOrigins.length === 0) {
    return `cors.allowOrigins has ${origin === undefined ? 'no entry' : JSON.stringify(origin)}, allowed is ${ORIGIN.allowed}`;
  }
  const header = allowHeaders.find((name) => !Token.isUnresolved(name) && !/^[A-Za-z0-9-]+$/.test(name));
  if (header !== undefined) {
    return `cors.allowHeaders has ${JSON.stringify(header)}, allowed are names of headers of A-Z a-z 0-9 -`;
  }
  return Token.isUnresolved(maxAgeSeconds) || (maxAgeSeconds >= 0 && maxAgeSeconds <= 86_400)
    ? undefined
    : `cors.maxAgeSeconds is ${maxAgeSeconds}, allowed are 0 to 86400`;
}
