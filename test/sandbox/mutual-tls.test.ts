import { certificateAuthority } from '../support/certificates';
import { tlsRequest } from '../support/tls-request';
import { SandboxFixture } from './support/sandbox';

describe('mutual TLS', () => {
  const authority = certificateAuthority('test authority');
  const gateway = authority.issue('gateway');
  const client = authority.issue('partner');
  const fixture = new SandboxFixture();
  let url: string;

  beforeAll(async () => {
    await fixture.start({
      mutualTls: { port: 0, certificate: gateway.certificate, key: gateway.key, truststore: authority.certificate },
    });
    url = `${fixture.sandbox.mutualTlsUrl}/shop/dev/open`;
  });
  afterAll(() => fixture.remove());

  const ca = authority.certificate;

  test('the functions see the certificate of the client', async () => {
    const answer = await tlsRequest(url, { ca, cert: client.certificate, key: client.key });
    expect(answer.status).toBe(200);
    const { event } = JSON.parse(answer.text);
    expect(event.requestContext.identity.clientCert).toEqual({
      clientCertPem: client.certificate,
      subjectDN: 'CN=partner',
      issuerDN: 'CN=test authority',
      serialNumber: expect.stringMatching(/^[0-9a-f]{2}(:[0-9a-f]{2})*$/),
      validity: { notBefore: 'Jan  1 00:00:00 2020 GMT', notAfter: 'Dec 31 23:59:59 2049 GMT' },
    });
  });

  test('a client without a certificate gets no answer', async () => {
    await expect(tlsRequest(url, { ca })).rejects.toThrow();
  });

  test('a certificate of another authority gets no answer, though it has the same name', async () => {
    const stranger = certificateAuthority('test authority').issue('partner');
    await expect(tlsRequest(url, { ca, cert: stranger.certificate, key: stranger.key })).rejects.toThrow();
  });

  test('the plain port has no certificate, whatever a header says', async () => {
    const headers = { 'X-Client-Cert': encodeURIComponent(client.certificate) };
    const answer = await fixture.get('/open', { headers });
    const { event } = answer.json as { event: { requestContext: { identity: object } } };
    expect(event.requestContext.identity).not.toHaveProperty('clientCert');
  });
});
