import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from './errors';
import type { ClientCertificate } from './mutual-tls';

/** Values by name, in the order they came; names as the client wrote them. */
export type MultiValues = Readonly<Record<string, readonly string[]>>;

/** A request as the gateway sees it, before it is known what will answer. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Epoch milliseconds, by the gateway's clock. */
  readonly time: number;
  /** Upper case. */
  readonly method: string;
  /** Path below the stage, not decoded; begins with `/`. */
  readonly path: string;
  /** Path with the stage. */
  readonly stagePath: string;
  /** Decoded. */
  readonly query: MultiValues;
  /** As the API sees them, with those that the gateway adds. */
  readonly headers: MultiValues;
  readonly sourceIp: string;
  /** Of the client, where the request came with mutual TLS. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** For example `HTTP/1.1`. */
  readonly protocol: string;
  readonly body: Buffer;
}

/** Largest body that API Gateway takes (quotas of REST APIs). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Largest request line and header values together (quotas of REST APIs). */
export const MAX_HEADER_BYTES = 10_240;

/**
 * Headers that end at the gateway: no function, authorizer or mapping ever sees them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const DROPPED = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/** Headers that the gateway writes itself, whatever the client says of them. */
const OVERWRITTEN = new Set(['host', 'x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto']);

/** Where a request came in, as the API is told. */
export interface ReceivedBy {
  /** Name of the API on AWS, which is its `Host`. */
  readonly domainName: string;
  readonly sourceIp: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/**
 * Headers as the API sees them, by their names as written; a name in another case is another name. Host, port and scheme are
 * those of the API on AWS and not of the sandbox; the peer is appended to `X-Forwarded-For`; what else a client says of its way
 * here is replaced.
 */
export function headersOf(message: IncomingMessage, { domainName, sourceIp, time }: ReceivedBy): MultiValues {
  const sent = rawHeaders(message);
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of sent) {
    const lower = name.toLowerCase();
    if (DROPPED.has(lower) || OVERWRITTEN.has(lower)) {
      continue;
    }
    headers[name] ??= [];
    headers[name].push(value);
  }
  const sentValues = (wanted: string): string[] =>
    sent.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
  headers.Host = [domainName];
  headers['X-Amzn-Trace-Id'] = [traceId(sentValues('x-amzn-trace-id').at(-1), time)];
  headers['X-Forwarded-For'] = [[...sentValues('x-forwarded-for'), sourceIp].join(', ')];
  headers['X-Forwarded-Port'] = ['443'];
  headers['X-Forwarded-Proto'] = ['https'];
  return headers;
}

/** Names and values in the order they came. */
export function rawHeaders({ rawHeaders: raw }: IncomingMessage): [name: string, value: string][] {
  return raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}

const TRACE_ROOT = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;

/** A trace that the client began goes on; any other begins here. */
function traceId(sent: string | undefined, time: number): string {
  const root = TRACE_ROOT.exec(sent ?? '')?.[1];
  if (root !== undefined) {
    return `Root=${root}`;
  }
  const seconds = Math.floor(time / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

/** Bytes of the request line and all header values. */
export function headerBytes(message: IncomingMessage): number {
  return rawHeaders(message).reduce(
    (sum, [, value]) => sum + Buffer.byteLength(value),
    Buffer.byteLength(`${message.method} ${message.url} `),
  );
}

/** All values of a header, whatever its case. */
export function headerValues(headers: MultiValues, name: string): string[] {
  const wanted = name.toLowerCase();
  return Object.entries(headers).flatMap(([key, values]) => (key.toLowerCase() === wanted ? values : []));
}

/**
 * Query parameters, decoded as form data is. A semicolon splits as `&` does.
 *
 * @throws {GatewayError} 400 for a plain `|`, `{` or `}`, which must be encoded
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function queryOf(search: string): MultiValues {
  const plain = /[|{}]/.exec(search)?.[0];
  if (plain !== undefined) {
    const cause = `the query string has a plain ${JSON.stringify(plain)}, which must be encoded`;
    throw new GatewayError('DEFAULT_4XX', { cause, byFront: true });
  }
  const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(search.replaceAll(';', '&'))) {
    query[name] ??= [];
    query[name].push(value);
  }
  return query;
}

/** The address of the TCP peer; never what a header says. */
export function peerAddress(message: IncomingMessage): string {
  const address = message.socket.remoteAddress ?? '';
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/**
 * Reads the body.
 *
 * @throws {GatewayError} REQUEST_TOO_LARGE; the rest of the body is still read and thrown away, so that the client gets
 *   the answer
 */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
    }
  }
  if (length > MAX_BODY_BYTES) {
    throw new GatewayError('REQUEST_TOO_LARGE', { cause: `body is ${length} bytes, allowed are ${MAX_BODY_BYTES}` });
  }
  return Buffer.concat(chunks);
}

/** Ids of a request, in the forms that API Gateway gives them. */
export function requestIds(): { requestId: string; extendedRequestId: string } {
  return { requestId: randomUUID(), extendedRequestId: `${randomUUID().replaceAll('-', '').slice(0, 15)}=` };
}
