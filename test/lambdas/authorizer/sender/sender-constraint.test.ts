import { createHash, X509Certificate } from 'node:crypto';
import { type Authorize, createAuthorizer } from '../../../../lambdas/authorizer/authorizer';
import type { AuthorizerConfig, IssuerConfig } from '../../../../lambdas/authorizer/config';
import type { AuthorizerEvent } from '../../../../lambdas/authorizer/event/request';
import { generateApiToken } from '../../../../lambdas/lib/api-token';
import { certificateAuthority } from '../../../support/certificates';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  type Claims,
  compiled,
  ecKey,
  issuerConfig,
  NOW,
  rsaKey,
  testPorts,
} from '../support/access-tokens';
import { PEPPER, tokenItem } from '../support/harness';
import { dpopProofFor, jktOf } from '../support/proofs';
import { scoped } from '../support/routing';

const ISSUER_KEY = rsaKey('r1');
const SENDER = ecKey('sender');
const ROUTES = [scoped('GET /v1/sales', 'sales:read')];
const authority = certificateAuthority('clients');
const CERTIFICATE = authority.issue('partner').certificate;
const X5T = createHash('sha256').update(new X509Certificate(CERTIFICATE).raw).digest('base64url');
const DPOP = { algorithms: ['ES256'], maxAgeSeconds: 60, leewaySeconds: 5 } as const;

function setUp(issuer: Partial<IssuerConfig> = {}, changes: Partial<AuthorizerConfig> = {}) {
  const ports = { ...testPorts(), readPepper: async () => PEPPER };
  ports.clock = () => ports.now * 1000;
  const issuers = [issuerConfig([ISSUER_KEY], { senderConstraints: ['dpop', 'mtls'], ...issuer })];
  const apis = { sales: { ...compiled(ROUTES), resultCacheSeconds: 0 } };
  const config = { ...authorizerConfig(issuers), apis, dpop: DPOP, ...changes };
  return { ports, authorize: createAuthorizer(config, ports) };
}

const tokenWith = (cnf?: unknown) => accessToken(ISSUER_KEY, { claims: { cnf } });
const DPOP_TOKEN = tokenWith({ jkt: jktOf(SENDER) });

interface Sent {
  readonly scheme?: string;
  readonly headers?: Record<string, string>;
  readonly certificate?: string;
}

function eventOf(token: string, { scheme = 'DPoP', headers = {}, certificate }: Sent): AuthorizerEvent {
  const event = bearerEvent(token);
  const all: Record<string, string> = { Authorization: `${scheme} ${token}`, ...headers };
  const clientCert = certificate === undefined ? null : { clientCertPem: certificate };
  const context: Claims = {
    ...event.requestContext,
    domainName: 'api.example.com',
    path: '/v1/sales',
    identity: { sourceIp: '192.0.2.1', clientCert },
  };
  return {
    ...event,
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    requestContext: context,
  };
}

const isAllowed = (authorize: Authorize, event: AuthorizerEvent) =>
  authorize(event).then(
    () => true,
    (error: Error) => {
      expect(error.message).toBe('Unauthorized');
      return false;
    },
  );

/** Refused with 401 for the stated reason. */
async function expectRefusal({ authorize, ports }: ReturnType<typeof setUp>, event: AuthorizerEvent, reason: string) {
  expect(await isAllowed(authorize, event)).toBe(false);
  expect(ports.decisions.at(-1)).toMatchObject({ decision: 'unauthorized', reason });
}

describe('DPoP', () => {
  test('a bound token with its proof is accepted, for each request with a new one', async () => {
    const { authorize, ports } = setUp();
    for (let request = 0; request < 3; request++) {
      const headers = { DPoP: dpopProofFor(DPOP_TOKEN, SENDER) };
      expect(await isAllowed(authorize, eventOf(DPOP_TOKEN, { headers }))).toBe(true);
    }
    // The token itself was verified once.
    expect(ports.decisions.map(({ cacheHit }) => cacheHit)).toEqual([false, true, true]);
  });

  test('the same proof is accepted once, also when the token is remembered', async () => {
    const target = setUp();
    const event = eventOf(DPOP_TOKEN, { headers: { DPoP: dpopProofFor(DPOP_TOKEN, SENDER) } });
    expect(await isAllowed(target.authorize, event)).toBe(true);
    await expectRefusal(target, event, 'sender_constraint');
  });

  test.each<[string, Sent]>([
    ['as plain Bearer', { scheme: 'Bearer' }],
    ['as plain Bearer, with a proof', { scheme: 'Bearer', headers: { DPoP: dpopProofFor(DPOP_TOKEN, SENDER) } }],
    ['without a proof', {}],
    ['with an empty proof', { headers: { DPoP: '' } }],
    ['with the proof of another key', { headers: { DPoP: dpopProofFor(DPOP_TOKEN, ecKey('other')) } }],
    ['with a proof for another token', { headers: { DPoP: dpopProofFor('other', SENDER) } }],
    [
      'with two proofs',
      { headers: { DPoP: dpopProofFor(DPOP_TOKEN, SENDER), dpop: dpopProofFor(DPOP_TOKEN, SENDER) } },
    ],
    ['with the token as its proof', { headers: { DPoP: DPOP_TOKEN } }],
  ])('a bound token %s is 401', async (_, sent) => {
    await expectRefusal(setUp(), eventOf(DPOP_TOKEN, sent), 'sender_constraint');
  });

  test('Authorization with both schemes is 401', async () => {
    const headers = { DPoP: dpopProofFor(DPOP_TOKEN, SENDER), authorization: `Bearer ${DPOP_TOKEN}` };
    await expectRefusal(setUp(), eventOf(DPOP_TOKEN, { headers }), 'malformed');
  });

  test('a remembered token as plain Bearer is 401 too', async () => {
    const target = setUp();
    const headers = { DPoP: dpopProofFor(DPOP_TOKEN, SENDER) };
    expect(await isAllowed(target.authorize, eventOf(DPOP_TOKEN, { headers }))).toBe(true);
    await expectRefusal(target, eventOf(DPOP_TOKEN, { scheme: 'Bearer' }), 'sender_constraint');
  });

  test('an unbound token with the scheme DPoP is 401, and good as Bearer', async () => {
    const token = tokenWith();
    const headers = { DPoP: dpopProofFor(token, SENDER) };
    await expectRefusal(setUp(), eventOf(token, { headers }), 'sender_constraint');
    expect(await isAllowed(setUp().authorize, eventOf(token, { scheme: 'Bearer' }))).toBe(true);
  });

  test('an API token with the scheme DPoP is 401 without a read', async () => {
    const target = setUp();
    const { token, id } = generateApiToken('acme', 'test');
    target.ports.items.set(`token#${id}`, tokenItem(id, token));
    await expectRefusal(target, eventOf(token, { headers: { DPoP: 'proof' } }), 'sender_constraint');
    expect(target.ports.reads).toEqual([]);
    expect(await isAllowed(target.authorize, eventOf(token, { scheme: 'Bearer' }))).toBe(true);
  });

  test('the proof is for a public address where the API has one', async () => {
    const publicUrls = ['https://shop.example.com/api'];
    const apis = { sales: { ...compiled(ROUTES), resultCacheSeconds: 0, publicUrls } };
    const { authorize } = setUp({}, { apis });
    const proofFor = (htu: string) => ({ DPoP: dpopProofFor(DPOP_TOKEN, SENDER, { claims: { htu } }) });
    const isAccepted = (htu: string) => isAllowed(authorize, eventOf(DPOP_TOKEN, { headers: proofFor(htu) }));
    expect(await isAccepted('https://shop.example.com/api/v1/sales')).toBe(true);
    expect(await isAccepted('https://shop.example.com/v1/sales')).toBe(false);
    expect(await isAccepted('https://api.example.com/v1/sales')).toBe(false);
  });

  test('the window of proofs is as configured', async () => {
    const { authorize } = setUp({}, { dpop: { ...DPOP, maxAgeSeconds: 300, leewaySeconds: 0 } });
    const headers = (iat: number) => ({ DPoP: dpopProofFor(DPOP_TOKEN, SENDER, { claims: { iat } }) });
    expect(await isAllowed(authorize, eventOf(DPOP_TOKEN, { headers: headers(NOW - 299) }))).toBe(true);
    expect(await isAllowed(authorize, eventOf(DPOP_TOKEN, { headers: headers(NOW - 300) }))).toBe(false);
    expect(await isAllowed(authorize, eventOf(DPOP_TOKEN, { headers: headers(NOW + 1) }))).toBe(false);
  });
});

describe('mutual TLS', () => {
  const token = tokenWith({ 'x5t#S256': X5T });

  test('a bound token with its certificate is accepted', async () => {
    const sent = { scheme: 'Bearer', certificate: CERTIFICATE };
    expect(await isAllowed(setUp().authorize, eventOf(token, sent))).toBe(true);
  });

  test.each<[string, Sent]>([
    ['without a certificate', { scheme: 'Bearer' }],
    ['with another certificate', { scheme: 'Bearer', certificate: authority.issue('other').certificate }],
    [
      'with another certificate of the same name',
      { scheme: 'Bearer', certificate: authority.issue('partner').certificate },
    ],
    ['with something that is no certificate', { scheme: 'Bearer', certificate: 'certificate' }],
    ['with the certificate in a header', { scheme: 'Bearer', headers: { 'X-Client-Cert': CERTIFICATE } }],
    ['with the scheme DPoP', { certificate: CERTIFICATE, headers: { DPoP: dpopProofFor(token, SENDER) } }],
  ])('a bound token %s is 401', async (_, sent) => {
    await expectRefusal(setUp(), eventOf(token, sent), 'sender_constraint');
  });

  test('a remembered token without its certificate is 401 too', async () => {
    const target = setUp();
    const sent = { scheme: 'Bearer', certificate: CERTIFICATE };
    expect(await isAllowed(target.authorize, eventOf(token, sent))).toBe(true);
    await expectRefusal(target, eventOf(token, { scheme: 'Bearer' }), 'sender_constraint');
  });

  test('a token that is bound to key and certificate needs both', async () => {
    const both = tokenWith({ jkt: jktOf(SENDER), 'x5t#S256': X5T });
    const headers = () => ({ DPoP: dpopProofFor(both, SENDER) });
    expect(await isAllowed(setUp().authorize, eventOf(both, { headers: headers(), certificate: CERTIFICATE }))).toBe(
      true,
    );
    await expectRefusal(setUp(), eventOf(both, { headers: headers() }), 'sender_constraint');
    await expectRefusal(setUp(), eventOf(both, { certificate: CERTIFICATE }), 'sender_constraint');
    await expectRefusal(setUp(), eventOf(both, { scheme: 'Bearer', certificate: CERTIFICATE }), 'sender_constraint');
  });
});

describe('an HTTP API, payload format 2.0', () => {
  const apis = { sales: { ...compiled(ROUTES), gateway: 'http' as const } };
  const routeArn = 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev/GET/v1/sales';

  function httpEventOf(headers: Record<string, string>, certificate?: string): AuthorizerEvent {
    const event: Claims = {
      version: '2.0',
      type: 'REQUEST',
      routeArn,
      routeKey: 'GET /v1/sales',
      identitySource: [headers.authorization, 'GET /v1/sales', '192.0.2.1'],
      headers,
      stageVariables: { gatehouseApi: 'sales' },
      requestContext: {
        apiId: 'api1',
        stage: 'dev',
        domainName: 'api.example.com',
        http: { method: 'GET', path: '/v1/sales', sourceIp: '192.0.2.1' },
        ...(certificate !== undefined && { authentication: { clientCert: { clientCertPem: certificate } } }),
      },
    };
    return event;
  }

  test('a token that is bound to a key needs its proof', async () => {
    const authorization = `DPoP ${DPOP_TOKEN}`;
    const dpop = () => dpopProofFor(DPOP_TOKEN, SENDER);
    const target = setUp({}, { apis });
    expect(await isAllowed(target.authorize, httpEventOf({ authorization, dpop: dpop() }))).toBe(true);
    await expectRefusal(target, httpEventOf({ authorization }), 'sender_constraint');
    // Repeated headers come as one text.
    const twice = { authorization, dpop: `${dpop()},${dpop()}` };
    await expectRefusal(target, httpEventOf(twice), 'sender_constraint');
  });

  test('a token that is bound to a certificate needs it', async () => {
    const token = tokenWith({ 'x5t#S256': X5T });
    const headers = { authorization: `Bearer ${token}` };
    const target = setUp({}, { apis });
    expect(await isAllowed(target.authorize, httpEventOf(headers, CERTIFICATE))).toBe(true);
    await expectRefusal(target, httpEventOf(headers), 'sender_constraint');
  });
});

test.each([
  ['null', null],
  ['false', false],
  ['an empty object', {}],
  ['an unknown confirmation', { kid: 'k' }],
  ['a known and an unknown confirmation', { jkt: jktOf(SENDER), kid: 'k' }],
])('a token whose cnf is %s is 401 with either scheme', async (_, cnf) => {
  const token = tokenWith(cnf);
  const headers = { DPoP: dpopProofFor(token, SENDER) };
  await expectRefusal(setUp(), eventOf(token, { scheme: 'Bearer', certificate: CERTIFICATE }), 'sender_constraint');
  await expectRefusal(setUp(), eventOf(token, { headers, certificate: CERTIFICATE }), 'sender_constraint');
});

test('a bound token of an issuer without that constraint is 401', async () => {
  const headers = { DPoP: dpopProofFor(DPOP_TOKEN, SENDER) };
  await expectRefusal(setUp({ senderConstraints: ['mtls'] }), eventOf(DPOP_TOKEN, { headers }), 'sender_constraint');
  await expectRefusal(setUp({ senderConstraints: [] }), eventOf(DPOP_TOKEN, { headers }), 'bad_claims');
});

test('a bound token is 401 where the gateway keeps results', async () => {
  const apis = { sales: { ...compiled(ROUTES), resultCacheSeconds: 1 } };
  const headers = { DPoP: dpopProofFor(DPOP_TOKEN, SENDER) };
  await expectRefusal(setUp({}, { apis }), eventOf(DPOP_TOKEN, { headers }), 'sender_constraint');
  expect(await isAllowed(setUp({}, { apis }).authorize, eventOf(tokenWith(), { scheme: 'Bearer' }))).toBe(true);
});

test('a configuration with sender constraints and without dpop is refused at the start', () => {
  const { dpop: _, ...config } = {
    ...authorizerConfig([issuerConfig([ISSUER_KEY], { senderConstraints: ['mtls'] })]),
    dpop: DPOP,
  };
  expect(() => createAuthorizer(config, testPorts())).toThrow('dpop is not configured');
});
