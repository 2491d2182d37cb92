import type { OAuthError } from '../oauth-error';

/** Answer to a proxy event of a REST API. */
export interface EndpointAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No cache may keep what these endpoints say, errors included (RFC 6749, 5.1). */
const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** An answer in JSON that nobody keeps. */
export function jsonAnswer(body: object, headers: Readonly<Record<string, string>> = {}): EndpointAnswer {
  return {
    statusCode: 200,
    headers: { ...NOT_KEPT, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** The answer to a request that is refused, or failed. */
export function errorAnswer({ code, description, status, headers }: OAuthError, realm: string): EndpointAnswer {
  return {
    statusCode: status,
    headers: {
      ...NOT_KEPT,
      'content-type': 'application/json',
      // RFC 6749, 5.2. API Gateway gives the header another name on its way to the client.
      ...(status === 401 && { 'www-authenticate': `Basic realm="${realm}", error="${code}"` }),
      ...headers,
    },
    body: JSON.stringify({ error: code, error_description: description }),
  };
}

/** An answer that is no JSON, or none that anybody needs to read. */
export function plainAnswer(contentType: string | undefined, body: string): EndpointAnswer {
  return { statusCode: 200, headers: { ...NOT_KEPT, ...(contentType && { 'content-type': contentType }) }, body };
}

/** A document that anybody may read, from a browser too, and keep for a while. */
export function publicAnswer(body: string, maxAgeSeconds: number): EndpointAnswer {
  return {
    statusCode: 200,
    headers: {
      'cache-control': `public, max-age=${maxAgeSeconds}`,
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    },
    body,
  };
}
