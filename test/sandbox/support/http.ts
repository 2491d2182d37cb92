import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; `undefined` where it is none. */
  readonly json: unknown;
}

export interface Call {
  readonly method?: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  readonly body?: string | Buffer;
  /** A list is sent as a header each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Loopback address to connect from. */
  readonly from?: string;
}

/** One HTTP request on a connection of its own. */
export function call(url: string, options: Call = {}): Promise<Answer> {
  const { method = 'GET', token, body, headers = {}, from = '127.0.0.1' } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, localAddress: from, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parse(text) });
      });
    });
    outgoing.on('error', reject);
    if (token !== undefined) outgoing.setHeader('Authorization', `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers))
      outgoing.setHeader(name, typeof value === 'string' ? value : [...value]);
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
