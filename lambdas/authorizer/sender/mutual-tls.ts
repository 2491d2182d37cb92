import { createHash, X509Certificate } from 'node:crypto';

/** The parts of an event that hold the client's certificate: REST API, and HTTP API (payload 2.0). */
export interface CertificateEvent {
  readonly requestContext?: {
    readonly identity?: { readonly clientCert?: ClientCertificate | null } | null;
    readonly authentication?: { readonly clientCert?: ClientCertificate | null } | null;
  } | null;
}

interface ClientCertificate {
  readonly clientCertPem?: unknown;
}

/** One certificate and nothing else. */
const PEM = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;

/** Clients keep their connection, and with it their certificate: the last one is not parsed again. */
let last: { readonly pem: string; readonly thumbprint: string } | undefined;

/**
 * Thumbprint of the certificate by which the client authenticated (RFC 8705, 3.1): base64url of the SHA-256 of its DER form.
 * API Gateway has checked the certificate itself, by the trust store of a custom domain with mutual TLS.
 *
 * @returns `undefined` when the client showed none, or it cannot be read
 */
export function certificateThumbprint({ requestContext }: CertificateEvent): string | undefined {
  const { identity, authentication } = requestContext ?? {};
  const pem = (identity?.clientCert ?? authentication?.clientCert)?.clientCertPem;
  if (typeof pem !== 'string' || !PEM.test(pem)) {
    return undefined;
  }
  if (last?.pem !== pem) {
    const der = readDer(pem);
    if (!der) {
      return undefined;
    }
    last = { pem, thumbprint: createHash('sha256').update(der).digest('base64url') };
  }
  return last.thumbprint;
}

function readDer(pem: string): Buffer | undefined {
  try {
    return new X509Certificate(pem).raw;
  } catch {
    // A certificate that cannot be read confirms nothing: the token that needs one is refused.
    return undefined;
  }
}
