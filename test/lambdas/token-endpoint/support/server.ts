import { X509Certificate } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TokenEndpoint } from '../../../../lambdas/token-endpoint/endpoint';
import type { EndpointAnswer } from '../../../../lambdas/token-endpoint/http/answer';

/** The endpoint behind HTTP on loopback, as a REST API with a proxy integration hands requests on. */
export interface EndpointServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a server. Who handles requests is asked for each, because the issuer is known when the server listens.
 *
 * @param keySet served as `/.well-known/jwks.json`
 * @param tls certificate of the server, and the authority of its clients' certificates, which it demands. @default - plain HTTP
 */
export async function startEndpointServer(
  handler: () => TokenEndpoint,
  keySet: () => object,
  tls?: { readonly cert: string; readonly key: string; readonly ca: string },
): Promise<EndpointServer> {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/.well-known/jwks.json') {
        response.setHeader('content-type', 'application/jwk-set+json');
        response.end(JSON.stringify(keySet()));
        return;
      }
      const query = Object.fromEntries(searchParams);
      const answer = (await handler()({
        httpMethod: request.method,
        path: pathname,
        resource: pathname,
        headers: request.headers,
        multiValueHeaders: request.headersDistinct,
        queryStringParameters: Object.keys(query).length > 0 ? query : null,
        body: Buffer.concat(chunks).toString('base64'),
        isBase64Encoded: true,
        requestContext: {
          requestId: 'request-1',
          identity: { sourceIp: '127.0.0.1', ...certificateOf(request.socket) },
        },
      })) as EndpointAnswer;
      response.writeHead(answer.statusCode, answer.headers);
      response.end(answer.body);
    });
  };
  const server: Server = tls
    ? createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: true }, listener)
    : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The certificate of a client, as API Gateway hands it on. */
function certificateOf(socket: unknown) {
  const { raw } = (socket as Partial<TLSSocket>).getPeerCertificate?.() ?? {};
  return raw === undefined ? {} : { clientCert: { clientCertPem: new X509Certificate(raw).toString() } };
}
