import { isUtf8 } from 'node:buffer';
import { OAuthError } from '../oauth-error';

/** The parts of a proxy event of a REST API that are read here. Everything in it is unchecked. */
export interface EndpointEvent {
  readonly httpMethod?: unknown;
  /** Path below the stage or the base path, as the client wrote it. */
  readonly path?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, unknown>> | null;
  readonly queryStringParameters?: Readonly<Record<string, unknown>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext?: {
    readonly requestId?: unknown;
    readonly identity?: {
      readonly sourceIp?: unknown;
      readonly clientCert?: { readonly clientCertPem?: unknown } | null;
    } | null;
  } | null;
}

/** An HTTP request, as far as the endpoints look at it. */
export interface OAuthRequest {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly sourceIp: string | undefined;
  /** Certificate by which the client authenticated to the gateway, as PEM; headers with one play no part. */
  readonly certificate: string | undefined;
  /**
   * The value of a header.
   *
   * @throws {OAuthError} when it stands more than once
   */
  header(name: string): string | undefined;
  /**
   * The parameters of the body.
   *
   * @throws {OAuthError} when the request is no form, or its query has parameters
   */
  form(): ReadonlyMap<string, string>;
}

/** Longest accepted body, in bytes. */
const MAX_BODY_BYTES = 16_384;

const FORM = /^application\/x-www-form-urlencoded(\s*;\s*charset="?utf-8"?)?\s*$/i;

/** No parameter of OAuth has them (RFC 6749, appendix A). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Reads a proxy event; nothing in it is taken apart before it is asked for. */
export function requestOf(event: EndpointEvent): OAuthRequest {
  const { requestId, identity } = event.requestContext ?? {};
  const header = (name: string) => headerOf(event, name);
  return {
    method: String(event.httpMethod),
    path: typeof event.path === 'string' ? event.path : '',
    requestId: text(requestId) ?? '',
    sourceIp: text(identity?.sourceIp),
    certificate: text(identity?.clientCert?.clientCertPem),
    header,
    form: () => formOf(event, header('content-type')),
  };
}

function formOf(event: EndpointEvent, contentType: string | undefined): ReadonlyMap<string, string> {
  if ([event.queryStringParameters, event.multiValueQueryStringParameters].some((query) => hasMembers(query))) {
    // A query is written to logs on its way.
    throw new OAuthError('invalid_request', 'parameters belong into the body, and the address has none');
  }
  if (contentType === undefined || !FORM.test(contentType)) {
    throw new OAuthError('invalid_request', 'the content type is another one than application/x-www-form-urlencoded', {
      status: 415,
    });
  }
  return parseForm(bodyOf(event));
}

function bodyOf({ body, isBase64Encoded }: EndpointEvent): string {
  const sent = typeof body === 'string' ? body : '';
  // Four characters of base64 stand for three bytes.
  const most = isBase64Encoded === true ? Math.ceil(MAX_BODY_BYTES / 3) * 4 : MAX_BODY_BYTES;
  const bytes = sent.length > most ? undefined : Buffer.from(sent, isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes === undefined || bytes.length > MAX_BODY_BYTES) {
    throw new OAuthError('invalid_request', `the body is longer than ${MAX_BODY_BYTES} bytes`, { status: 413 });
  }
  if (!isUtf8(bytes)) {
    throw new OAuthError('invalid_request', 'the body is not UTF-8');
  }
  return bytes.toString('utf8');
}

/**
 * Reads a form (RFC 6749, appendix B). A parameter without a value counts as one that is not there (3.2).
 *
 * @throws {OAuthError} when a parameter stands twice or cannot be decoded
 */
export function parseForm(body: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const pair of body === '' ? [] : body.split('&')) {
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decode(pair.slice(at + 1));
    if (name === undefined || value === undefined || CONTROL.test(name) || CONTROL.test(value)) {
      throw new OAuthError('invalid_request', 'the body is no form: a name or a value cannot be decoded');
    }
    if (form.has(name)) {
      throw name === 'resource'
        ? new OAuthError('invalid_target', 'a token is for one resource, and several are named')
        : new OAuthError('invalid_request', 'a parameter stands more than once');
    }
    form.set(name, value);
  }
  for (const [name, value] of form) {
    if (value === '') {
      form.delete(name);
    }
  }
  return form;
}

/** Decodes `application/x-www-form-urlencoded`; `undefined` when an escape is malformed or stands for no UTF-8. */
export function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function headerOf({ headers, multiValueHeaders }: EndpointEvent, header: string): string | undefined {
  const single = valuesOf(headers, header);
  const multiple = valuesOf(multiValueHeaders, header);
  const values = multiple.length > 0 ? multiple : single;
  // `headers` repeats the last value of `multiValueHeaders`.
  if (values.length > 1 || single.length > 1) {
    throw new OAuthError('invalid_request', `the header ${header} stands more than once`);
  }
  return text(values[0]);
}

function valuesOf(headers: Readonly<Record<string, unknown>> | null | undefined, header: string): readonly unknown[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() !== header || value === undefined || value === null ? [] : value,
  );
}

function hasMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
