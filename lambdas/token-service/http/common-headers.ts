import type { Caller } from '../../lib/caller';
import { EXPIRY_HEADER, expiryHeaders, GRACE_HEADER } from '../../lib/token-headers';

/** Response headers that scripts of a browser application may read, beside those that they always may. */
const EXPOSED = ['ETag', 'Idempotent-Replayed', 'Location', EXPIRY_HEADER, GRACE_HEADER].join(',');

/** Adds the headers that every answer has. */
export function withCommonHeaders(response: Response, allowOrigin: string | undefined): Response {
  const headers = new Headers(response.headers);
  // Answers hold tokens or say who holds them: RFC 9111, section 5.2.2.5.
  headers.set('cache-control', 'no-store');
  if (allowOrigin !== undefined && allowOrigin !== '') {
    headers.set('access-control-allow-origin', allowOrigin);
    headers.set('access-control-expose-headers', EXPOSED);
    if (allowOrigin !== '*') {
      headers.set('vary', 'Origin');
    }
  }
  return withHeaders(response, headers);
}

/** Adds the headers that tell the caller when its token ends. */
export function withTokenHeaders(response: Response, caller: Caller): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(expiryHeaders(caller))) {
    headers.set(name, value);
  }
  return withHeaders(response, headers);
}

function withHeaders(response: Response, headers: Headers): Response {
  return new Response(response.body, { status: response.status, headers });
}
