import { createHash, X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../../../../lambdas/authorizer/sender/mutual-tls';
import { certificateAuthority } from '../../../support/certificates';

const authority = certificateAuthority('test authority');
const { certificate: pem } = authority.issue('client');
const thumbprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');

const rest = (clientCertPem: unknown) => ({ requestContext: { identity: { clientCert: { clientCertPem } } } });

test('is the hash of the certificate in an event of a REST API', () => {
  expect(certificateThumbprint(rest(pem))).toBe(thumbprint);
});

test('is the hash of the certificate in an event of an HTTP API', () => {
  const event = { requestContext: { authentication: { clientCert: { clientCertPem: pem } } } };
  expect(certificateThumbprint(event)).toBe(thumbprint);
});

test('is that of the other certificate after one was read', () => {
  const other = authority.issue('other').certificate;
  expect(certificateThumbprint(rest(pem))).toBe(thumbprint);
  expect(certificateThumbprint(rest(other))).not.toBe(thumbprint);
  expect(certificateThumbprint(rest(pem))).toBe(thumbprint);
});

test('does not depend on line ends', () => {
  expect(certificateThumbprint(rest(pem.replaceAll('\n', '\r\n')))).toBe(thumbprint);
});

test.each([
  ['no context', {}],
  ['a context that is null', { requestContext: null }],
  ['no identity', { requestContext: {} }],
  ['no certificate', { requestContext: { identity: { clientCert: null } } }],
  ['an empty text', rest('')],
  ['no text', rest({ pem })],
  ['something that is no certificate', rest(pem.replace(/[A-Za-z]{20}/, 'AAAAAAAAAAAAAAAAAAAA'))],
  ['two certificates', rest(`${pem}${authority.certificate}`)],
  ['a text before it', rest(`subject=client\n${pem}`)],
  ['a key', rest(authority.key)],
])('is not given by %s', (_, event) => {
  expect(certificateThumbprint(event)).toBeUndefined();
});
