import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';

/** A second door, as of a custom domain with mutual TLS. Texts are PEM. */
export interface MutualTlsOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Certificate of the gateway itself. */
  readonly certificate: string;
  readonly key: string;
  /** The trust store: certificates of the authorities whose clients are let in. */
  readonly truststore: string;
}

/** What API Gateway says of the client's certificate. */
export interface ClientCertificate {
  readonly clientCertPem: string;
  readonly subjectDN: string;
  readonly issuerDN: string;
  /** Hexadecimal, with colons. */
  readonly serialNumber: string;
  /** As `May 28 12:30:02 2019 GMT`. */
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
}

/** A server that ends the handshake with whoever shows no certificate of the trust store. */
export function mutualTlsServer(options: MutualTlsOptions, maxHeaderSize: number, listener: RequestListener): Server {
  const { certificate: cert, key, truststore: ca } = options;
  return createServer(
    { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', maxHeaderSize },
    listener,
  );
}

/**
 * The certificate that the client authenticated by; `undefined` on a connection without mutual TLS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function clientCertificate({ socket }: IncomingMessage): ClientCertificate | undefined {
  const der = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate()?.raw : undefined;
  if (der === undefined) {
    return undefined;
  }
  const certificate = new X509Certificate(der);
  return {
    clientCertPem: certificate.toString(),
    subjectDN: distinguishedName(certificate.subject),
    issuerDN: distinguishedName(certificate.issuer),
    serialNumber: certificate.serialNumber.toLowerCase().replace(/..(?!$)/g, '$&:'),
    validity: { notBefore: certificate.validFrom, notAfter: certificate.validTo },
  };
}

/** From a line for each part to one text, the last part first (RFC 4514, 2.1). */
function distinguishedName(lines: string): string {
  return lines.split('\n').reverse().join(',');
}
