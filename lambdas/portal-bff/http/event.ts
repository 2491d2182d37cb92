import { isUtf8 } from 'node:buffer';
import { ProblemError } from '../problem';

/** The parts of a proxy event of a REST API that are read here. Everything in it is unchecked. */
export interface BffEvent {
  readonly httpMethod?: unknown;
  readonly path?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, unknown>> | null;
  readonly queryStringParameters?: Readonly<Record<string, unknown>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext?: { readonly requestId?: unknown } | null;
}

/** An HTTP request, as far as the function looks at it. */
export interface BffRequest {
  readonly method: string;
  /** As the page wrote it: nothing is decoded. */
  readonly path: string;
  readonly requestId: string;
  /**
   * The value of a header.
   *
   * @throws {ProblemError} when it stands more than once: two readers could take different ones
   */
  header(name: string): string | undefined;
  /** Parameters of the query with all values, decoded. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /**
   * The body, as text.
   *
   * @throws {ProblemError} when it is too long or no UTF-8
   */
  body(): string;
}

/** Longest accepted body, in bytes. */
const MAX_BODY_BYTES = 262_144;

/** Reads a proxy event; nothing in it is taken apart before it is asked for. */
export function requestOf(event: BffEvent): BffRequest {
  return {
    method: String(event.httpMethod),
    path: typeof event.path === 'string' ? event.path : '',
    requestId: text(event.requestContext?.requestId) ?? '',
    header: (name) => headerOf(event, name),
    query: queryOf(event),
    body: () => bodyOf(event),
  };
}

function queryOf({ queryStringParameters, multiValueQueryStringParameters }: BffEvent): Map<string, readonly string[]> {
  const all = Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {});
  return new Map(all.map(([name, value]) => [name, [value].flat().map(String)]));
}

function bodyOf({ body, isBase64Encoded }: BffEvent): string {
  const sent = typeof body === 'string' ? body : '';
  const bytes =
    // Four characters of base64 stand for three bytes.
    sent.length > MAX_BODY_BYTES * 2 ? undefined : Buffer.from(sent, isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes === undefined || bytes.length > MAX_BODY_BYTES) {
    throw new ProblemError('too-large', `the body is longer than ${MAX_BODY_BYTES} bytes`);
  }
  if (!isUtf8(bytes)) {
    throw new ProblemError('invalid-request', 'the body is not UTF-8');
  }
  return bytes.toString('utf8');
}

function headerOf({ headers, multiValueHeaders }: BffEvent, header: string): string | undefined {
  const single = valuesOf(headers, header);
  const multiple = valuesOf(multiValueHeaders, header);
  const values = multiple.length > 0 ? multiple : single;
  // `headers` repeats the last value of `multiValueHeaders`.
  if (values.length > 1 || single.length > 1) {
    throw new ProblemError('invalid-request', `the header ${header} stands more than once`);
  }
  return text(values[0]);
}

function valuesOf(headers: Readonly<Record<string, unknown>> | null | undefined, header: string): readonly unknown[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() !== header || value === undefined || value === null ? [] : value,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
