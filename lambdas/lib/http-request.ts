import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** An HTTP request with bounds. Redirects are never followed. */
export interface BoundedRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time until the whole answer is there, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest accepted body, in bytes. */
  readonly maxBytes: number;
  /** Whether the request may be sent again when a kept-alive connection turns out to be closed. */
  readonly idempotent: boolean;
}

/** What is taken of an answer. */
export interface BoundedResponse {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

// Connections are kept between invocations: a new TLS handshake costs more than the read itself.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/**
 * Sends a request over `http:` or `https:` and reads the answer.
 *
 * @throws {Error} on transport errors, on a timeout, and when the answer is longer than `maxBytes`
 */
export async function sendRequest(request: BoundedRequest): Promise<BoundedResponse> {
  const deadline = startDeadline(request.timeoutMs);
  try {
    return await sendWithRetry(request, deadline.signal);
  } finally {
    clearTimeout(deadline.timer);
  }
}

/**
 * Aborts after a time. After a Lambda function was frozen the timer may fire before data is read that arrived long ago: what is
 * pending is read first, then the request is aborted.
 */
function startDeadline(timeoutMs: number): { readonly signal: AbortSignal; readonly timer: NodeJS.Timeout } {
  const controller = new AbortController();
  // The event loop runs timers, then reads from sockets, then runs this.
  const timer = setTimeout(() => setImmediate(() => controller.abort()), timeoutMs);
  return { signal: controller.signal, timer };
}

async function sendWithRetry(request: BoundedRequest, signal: AbortSignal): Promise<BoundedResponse> {
  for (let attempt = 1; ; attempt++) {
    const connection = { reused: false };
    try {
      return await sendOnce(request, signal, connection);
    } catch (error) {
      // A server may close an idle connection while this function is frozen; only then is a second attempt made.
      if (attempt > 1 || !request.idempotent || !connection.reused || !isReset(error)) {
        throw signal.aborted
          ? new Error(`no answer from ${request.url.host} within ${request.timeoutMs} ms`, { cause: error })
          : error;
      }
    }
  }
}

function isReset(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ECONNRESET' || code === 'EPIPE';
}

async function sendOnce(
  request: BoundedRequest,
  signal: AbortSignal,
  connection: { reused: boolean },
): Promise<BoundedResponse> {
  const secure = request.url.protocol === 'https:';
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = (secure ? httpsRequest : httpRequest)(
      request.url,
      { method: request.method, headers: request.headers, agent: secure ? httpsAgent : httpAgent, signal },
      resolve,
    );
    outgoing.on('error', (error) => {
      connection.reused = outgoing.reusedSocket;
      reject(error);
    });
    outgoing.end(request.body);
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > request.maxBytes) {
      response.destroy();
      throw new Error(`answer of ${request.url.host} is longer than ${request.maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks),
    headers: response.headers,
  };
}
