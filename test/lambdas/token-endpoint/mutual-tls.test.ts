import { createHash, X509Certificate } from 'node:crypto';
import type { ClientAuthMethod, ClientCertificate } from '../../../lambdas/lib/client-record';
import { certificateAuthority } from '../../support/certificates';
import { CREDENTIALS, claimsOf, EndpointWorld, NOW } from './support/world';

const authority = certificateAuthority('Test CA');
const [C, O, OU, CN] = [6, 10, 11, 3];
const SUBJECT = [
  [C, 'DE'],
  [O, 'Müller, Söhne & Co'],
  [OU, 'a+b'],
  [CN, 'warehouse'],
] as const;
const DN = 'CN=warehouse,OU=a\\+b,O=M\\C3\\BCller\\, Söhne & Co,C=DE';
const { certificate } = authority.issue(SUBJECT, 'spiffe://example.com/warehouse');
const thumbprint = (pem: string) => createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

async function ask(registered: ClientCertificate, method: ClientAuthMethod = 'tls_client_auth', pem = certificate) {
  const { id } = await world.client({ authMethods: [method], secrets: [], certificate: registered });
  return world.send({ ...CREDENTIALS, client_id: id }, { certificate: pem });
}

test.each<[string, ClientCertificate]>([
  ['the subject DN (RFC 4514)', { subjectDn: DN }],
  [
    'the subject DN with its attributes by number, and with spaces',
    { subjectDn: `2.5.4.3=warehouse, OU = a\\+b, O=Müller\\, Söhne & Co, c=DE` },
  ],
  ['a DNS name', { sanDns: 'LOCALHOST' }],
  ['a URI', { sanUri: 'spiffe://example.com/warehouse' }],
])('rule 13: a client is known by %s, and its token is bound to the certificate', async (_, registered) => {
  const { status, body } = await ask(registered);
  expect([status, body.token_type]).toEqual([200, 'Bearer']);
  expect(claimsOf(body.access_token).cnf).toEqual({ 'x5t#S256': thumbprint(certificate) });
});

test('rule 13: a self-signed certificate is known by its thumbprint', async () => {
  const registered = { thumbprint: thumbprint(certificate) };
  expect((await ask(registered, 'self_signed_tls_client_auth')).status).toBe(200);
});

test.each<[string, ClientCertificate, ClientAuthMethod]>([
  [
    'a subject DN in another order',
    { subjectDn: 'C=DE,O=Müller\\, Söhne & Co,OU=a\\+b,CN=warehouse' },
    'tls_client_auth',
  ],
  ['a part of the subject DN', { subjectDn: 'CN=warehouse' }, 'tls_client_auth'],
  ['a subject DN with a part more', { subjectDn: `${DN},DC=example` }, 'tls_client_auth'],
  ['a common name that looks like a DN', { subjectDn: 'CN=warehouse\\,OU=a' }, 'tls_client_auth'],
  ['a malformed subject DN', { subjectDn: 'warehouse' }, 'tls_client_auth'],
  ['another DNS name', { sanDns: 'example.com' }, 'tls_client_auth'],
  ['a DNS name that is the URI', { sanDns: 'spiffe://example.com/warehouse' }, 'tls_client_auth'],
  ['a URI that is a prefix', { sanUri: 'spiffe://example.com/' }, 'tls_client_auth'],
  ['the thumbprint, for a certificate of an authority', { thumbprint: thumbprint(certificate) }, 'tls_client_auth'],
  ['another thumbprint', { thumbprint: 'A'.repeat(43) }, 'self_signed_tls_client_auth'],
  ['the subject DN, for a self-signed one', { subjectDn: DN }, 'self_signed_tls_client_auth'],
])('rule 13: a client is not known by %s', async (_, registered, method) => {
  const { status, body } = await ask(registered, method);
  expect([status, body.error]).toEqual([401, 'invalid_client']);
});

test('rule 13: a record with two names of a certificate is malformed: either could let somebody else in', async () => {
  expect((await ask({ subjectDn: DN, sanDns: 'localhost' })).status).toBe(503);
});

test('rule 14: a header with a certificate changes nothing', async () => {
  const { id } = await world.client({ authMethods: ['tls_client_auth'], certificate: { sanDns: 'localhost' } });
  const headers = { 'X-Client-Cert': certificate, 'X-Amzn-Mtls-Clientcert': encodeURIComponent(certificate) };
  expect((await world.send({ ...CREDENTIALS, client_id: id }, { headers })).status).toBe(401);
});

test('rule 14: a bare client_id is no authentication', async () => {
  const { id } = await world.client({ authMethods: ['tls_client_auth'], certificate: { sanDns: 'localhost' } });
  expect((await world.send({ ...CREDENTIALS, client_id: id })).status).toBe(401);
  expect(world.reads).toEqual([]);
});

test('without a domain for mutual TLS no certificate counts', async () => {
  const { mtlsUrl: _, ...config } = world.config;
  world.config = config;
  expect((await ask({ sanDns: 'localhost' })).status).toBe(401);
});

test.each([
  ['no certificate', 'x'],
  ['two certificates', `${certificate}${certificate}`],
  ['a damaged certificate', certificate.replace(/[A-Z]/, '!')],
])('%s authenticates nobody', async (_, pem) => {
  expect((await ask({ sanDns: 'localhost' }, 'tls_client_auth', pem)).status).toBe(401);
});

test('a certificate counts in its time alone', async () => {
  world.now = Date.UTC(2050, 0, 1) / 1000;
  expect((await ask({ sanDns: 'localhost' })).status).toBe(401);
  world.now = NOW;
  expect((await ask({ sanDns: 'localhost' })).status).toBe(200);
});
