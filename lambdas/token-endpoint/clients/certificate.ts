import { createHash, X509Certificate } from 'node:crypto';
import { equalText } from '../../authorizer/sender/equal-text';
import type { ClientCertificate } from '../../lib/client-record';
import { parseDn, parsePrintedDn, sameDn } from './distinguished-name';

/** A certificate by which a client authenticated to the gateway. */
export interface PresentedCertificate {
  /** `x5t#S256`: base64url of the SHA-256 of its DER form (RFC 8705, 3.1). */
  readonly thumbprint: string;
  readonly x509: X509Certificate;
}

/** One certificate and nothing else. */
const PEM = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;

/** Reads a certificate; `undefined` when it cannot be read, or this is not its time. @param now epoch seconds */
export function readCertificate(pem: string, now: number): PresentedCertificate | undefined {
  if (!PEM.test(pem)) {
    return undefined;
  }
  try {
    const x509 = new X509Certificate(pem);
    const isNow = now * 1000 >= Date.parse(x509.validFrom) && now * 1000 <= Date.parse(x509.validTo);
    return isNow ? { x509, thumbprint: createHash('sha256').update(x509.raw).digest('base64url') } : undefined;
  } catch {
    // It proves nothing about anybody: whoever showed it is not authenticated.
    return undefined;
  }
}

/** Whether a certificate is that of the client (RFC 8705, 2.1.2 and 2.2.2). Nothing but the one registered name counts. */
export function isCertificateOf(
  { x509, thumbprint }: PresentedCertificate,
  registered: ClientCertificate,
  method: 'tls_client_auth' | 'self_signed_tls_client_auth',
): boolean {
  const { subjectDn, sanDns, sanUri } = registered;
  if (method === 'self_signed_tls_client_auth') {
    return registered.thumbprint !== undefined && equalText(registered.thumbprint, thumbprint);
  }
  if (subjectDn !== undefined) {
    return sameDn(parsePrintedDn(x509.subject), parseDn(subjectDn));
  }
  const names = alternativeNames(x509.subjectAltName ?? '');
  return sanDns !== undefined
    ? names.some(([type, name]) => type === 'DNS' && name.toLowerCase() === sanDns.toLowerCase())
    : sanUri !== undefined && names.some(([type, name]) => type === 'URI' && name === sanUri);
}

/**
 * The names of a subject alternative name as Node.js prints it: `DNS:a.example, URI:spiffe://b`. A name with a character that could
 * be taken for the border of another is printed as a JSON text.
 */
export function alternativeNames(printed: string): (readonly [type: string, name: string])[] {
  const names: (readonly [string, string])[] = [];
  const pattern = /([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;
  while (pattern.lastIndex < printed.length) {
    const [, type = '', name = ''] = pattern.exec(printed) ?? [];
    if (!type) {
      // What cannot be read names nobody.
      return [];
    }
    names.push([type, name.startsWith('"') ? JSON.parse(name) : name]);
  }
  return names;
}
