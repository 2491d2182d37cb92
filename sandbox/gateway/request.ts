import { randomUUID } from 'node:crypto';
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

/** Headers that end at the gateway. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers by their names as written; a name in another case is another name. */
export function headersOf(message: IncomingMessage): MultiValues {
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  const raw = message.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    headers[name] ??= [];
    headers[name].push(raw[index + 1] ?? '');
  }
  return headers;
}

/** Bytes of the request line and all header values. */
export function headerBytes(message: IncomingMessage): number {
  const values = message.rawHeaders.filter((_text, index) => index % 2 === 1);
  return (
    Buffer.byteLength(`${message.method} ${message.url} `) +
    values.reduce((sum, value) => sum + Buffer.byteLength(value), 0)
  );
}

/** All values of a header, whatever its case. */
export function headerValues(headers: MultiValues, name: string): string[] {
  const wanted = name.toLowerCase();
  return Object.entries(headers).flatMap(([key, values]) => (key.toLowerCase() === wanted ? values : []));
}

/** Query parameters, decoded as form data is. */
export function queryOf(search: string): MultiValues {
  const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(search)) {
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
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
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
