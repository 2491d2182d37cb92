/** The parts of an event, of a REST API or of an HTTP API (payload 2.0), that say what was requested. */
export interface TargetEvent {
  readonly methodArn?: unknown;
  readonly routeArn?: unknown;
  readonly requestContext?: {
    readonly apiId?: unknown;
    readonly domainName?: unknown;
    /** Path as the client wrote it, with the stage or the base path (REST API). */
    readonly path?: unknown;
    /** Method and path as the client wrote them (HTTP API). */
    readonly http?: { readonly method?: unknown; readonly path?: unknown } | null;
  } | null;
}

/** Method of a request, and the addresses that a client may have called for it. */
export interface RequestTarget {
  readonly method: string;
  /** In the form of {@link comparableUrl}. */
  readonly urls: readonly string[];
}

/** `arn:…:<api id>/<stage>/<method>/<path>` */
const METHOD_ARN = /^[^/]+\/([^/]+)\/([^/]+)(\/.*)$/s;

/**
 * Finds what was requested. With public addresses it is one of them and the path below the stage; without, the domain and the path
 * that the gateway received. The Host header plays no part: `domainName` is that of the gateway.
 *
 * @param publicUrls addresses under which the API is published, with base path: `https://api.example.com/shop`
 */
export function requestTarget(event: TargetEvent, publicUrls: readonly string[]): RequestTarget {
  const { apiId, domainName, path: ownPath, http } = event.requestContext ?? {};
  const [, stage, armMethod, path = ''] = METHOD_ARN.exec(String(event.methodArn ?? event.routeArn)) ?? [];
  const method = String(http?.method ?? armMethod);
  if (publicUrls.length > 0) {
    return { method, urls: comparable(publicUrls.map((base) => `${base.replace(/\/$/, '')}${path}`)) };
  }
  const requested = http ? http.path : isDefaultDomain(domainName, apiId) ? `/${stage}${path}` : ownPath;
  // A base path may stand before the path that was decided on, and nothing else may.
  const isSame = typeof requested === 'string' && path !== '' && requested.endsWith(path);
  const isKnown = isSame && typeof domainName === 'string';
  return { method, urls: isKnown ? comparable([`https://${domainName}${requested}`]) : [] };
}

/** Whether a domain is the API's own, where the path begins with the stage, and not a custom domain. */
function isDefaultDomain(domainName: unknown, apiId: unknown): boolean {
  return typeof apiId === 'string' && apiId !== '' && String(domainName).startsWith(`${apiId}.execute-api.`);
}

function comparable(urls: readonly string[]): readonly string[] {
  return urls.map(comparableUrl).filter((url) => url !== undefined);
}

/**
 * Brings an HTTP address into the form in which equal ones have equal text (RFC 3986, 6.2.2 and 6.2.3), without query and
 * fragment (RFC 9449, 4.3).
 *
 * @returns `undefined` for anything but an absolute address without user information
 */
export function comparableUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const { protocol, username, password, host, pathname } = new URL(text);
  const path = pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
  });
  return username || password ? undefined : `${protocol}//${host}${path}`;
}
