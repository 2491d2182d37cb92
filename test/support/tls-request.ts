import type { OutgoingHttpHeaders } from 'node:http';
import { type RequestOptions, request } from 'node:https';

export interface TlsAnswer {
  readonly status: number;
  readonly text: string;
}

/** One HTTPS request on a connection of its own; a client certificate is given by `cert` and `key`. */
export function tlsRequest(
  url: string,
  options: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'method'> & {
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string;
  },
): Promise<TlsAnswer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...rest, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
