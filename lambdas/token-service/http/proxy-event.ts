/** What the token service reads of an API Gateway REST proxy event (payload format 1.0). */
export interface ProxyEvent {
  readonly httpMethod: string;
  readonly resource?: string | null;
  readonly path: string;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly requestId?: string;
    readonly authorizer?: unknown;
    readonly identity?: { readonly sourceIp?: unknown } | null;
  };
}

/** Answer to API Gateway. */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** Whether an event comes from a proxy integration of a REST API. */
export function isProxyEvent(event: unknown): event is ProxyEvent {
  if (typeof event !== 'object' || event === null) {
    return false;
  }
  const { httpMethod, path, requestContext } = event as Partial<Record<keyof ProxyEvent, unknown>>;
  return (
    typeof httpMethod === 'string' &&
    typeof path === 'string' &&
    typeof requestContext === 'object' &&
    requestContext !== null
  );
}

/** Request headers that the service reads. */
const TAKEN_OVER = ['content-type', 'idempotency-key', 'if-match'] as const;

/**
 * The request of a proxy event. Of the headers those alone are taken over that the service needs: the caller's credential is better not here
 * at all.
 *
 * @throws {TypeError} when the method or the address cannot be a request's
 */
export function requestOf(event: ProxyEvent): Request {
  const url = new URL('https://token-service.invalid');
  url.pathname = pathOf(event);
  for (const [name, value] of queryOf(event)) {
    url.searchParams.append(name, value);
  }
  const headers: Record<string, string> = {};
  for (const name of TAKEN_OVER) {
    const value = headerOf(event, name);
    if (value !== undefined && /^[\x20-\x7e]+$/.test(value)) {
      headers[name] = value;
    } else if (value !== undefined && name === 'idempotency-key') {
      // A key that no header may hold must not go unnoticed: its request would be done each time that it comes.
      headers[name] = '';
    }
  }
  const method = event.httpMethod.toUpperCase();
  if (!event.body || method === 'GET' || method === 'HEAD') {
    return new Request(url, { method, headers });
  }
  return new Request(url, {
    method,
    headers,
    body: event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body,
  });
}

/** The answer for a response; every header occurs once. */
export async function resultOf(response: Response): Promise<ProxyResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}

/**
 * The path within the API. It is built from the resource and its parameters, because `path` begins with the base path
 * mapping where the API is called by a custom domain name.
 */
function pathOf({ resource, path, pathParameters }: ProxyEvent): string {
  if (!resource) {
    return path;
  }
  const parameters = pathParameters ?? {};
  return resource.replace(/\{([^{}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = parameters[name] ?? '';
    return greedy === '' ? segmentOf(value) : value.split('/').map(segmentOf).join('/');
  });
}

/**
 * A parameter as one segment of a path. REST APIs hand parameters on as the client encoded them, so that what is encoded stays as it is;
 * whatever cannot stand in a segment is encoded. One that would lead to another route ("..", in any spelling) names nothing.
 */
function segmentOf(value: string): string {
  if (/^(\.|%2e){1,2}$/i.test(value)) return encodeURIComponent(encodeURIComponent(value).replaceAll('.', '%2E'));
  return value.replace(/%(?![0-9a-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:@%-]/giu, encodeURIComponent);
}

function* queryOf(event: ProxyEvent): Generator<[string, string]> {
  if (event.multiValueQueryStringParameters) {
    for (const [name, values] of Object.entries(event.multiValueQueryStringParameters)) {
      for (const value of values ?? []) {
        yield [name, value];
      }
    }
    return;
  }
  for (const [name, value] of Object.entries(event.queryStringParameters ?? {})) {
    yield [name, value ?? ''];
  }
}

function headerOf(event: ProxyEvent, wanted: string): string | undefined {
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (name.toLowerCase() === wanted && values?.[0] !== undefined) {
      return values[0];
    }
  }
  return Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
