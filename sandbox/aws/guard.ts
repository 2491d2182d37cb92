import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { SandboxCredentials } from './credentials';
import { AwsError, refusal, sendError } from './protocol';
import { verifySignature } from './signature';

/** Largest request of the services together: that of DynamoDB (service quotas). */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Lets only those requests through to a handler that were made to a name of loopback, by no web page, and signed with the credentials of this start.
 * Others get a refusal, and the handler never sees them.
 */
export function guarded(credentials: SandboxCredentials, handler: Handler): Handler {
  return (request, response) => {
    const refused = refusal(request);
    if (refused !== undefined) {
      request.resume();
      sendError(response, refused);
      return;
    }
    admit(request, credentials).then(
      (admitted) => admitted && handler(admitted, response),
      (error: unknown) => sendError(response, error instanceof AwsError ? error : unknownFault(error)),
    );
  };
}

/** The request, to be read once more; `undefined` when its caller went away in the middle of it. */
async function admit(request: IncomingMessage, credentials: SandboxCredentials): Promise<IncomingMessage | undefined> {
  const body = await bodyOf(request);
  if (body === undefined) {
    return undefined;
  }
  // A client proves itself to the token endpoint of a user pool by its own secret.
  if (request.url !== '/oauth2/token') {
    verifySignature(request, body, credentials);
  }
  return replay(request, body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
      }
    }
  } catch {
    return undefined;
  }
  if (length <= MAX_BODY_BYTES) {
    return Buffer.concat(chunks);
  }
  throw new AwsError('RequestEntityTooLargeException', `the request is above ${MAX_BODY_BYTES} bytes`, 413);
}

/** A message with the same head and a body that was read already; the name `rawBody` is the one that Hono's adapter looks for. */
function replay(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, socket } = request;
  const head = { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, socket };
  return Object.assign(Readable.from(body.length === 0 ? [] : [body]), head, {
    complete: true,
    rawBody: body,
  }) as unknown as IncomingMessage;
}

function unknownFault(error: unknown): AwsError {
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
