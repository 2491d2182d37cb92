import { EndpointWorld } from './support/world';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const get = (path: string, method = 'GET') => world.send({}, { method, path });

const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
];

test('rule 30: the metadata name what works', async () => {
  const { status, headers, body } = await get('/.well-known/oauth-authorization-server');
  expect([status, headers['access-control-allow-origin'], headers['cache-control']]).toEqual([
    200,
    '*',
    'public, max-age=300',
  ]);
  expect(body).toEqual({
    issuer: 'https://id.example.com',
    token_endpoint: 'https://id.example.com/oauth2/token',
    introspection_endpoint: 'https://id.example.com/oauth2/introspect',
    revocation_endpoint: 'https://id.example.com/oauth2/revoke',
    jwks_uri: 'https://id.example.com/.well-known/jwks.json',
    grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    response_types_supported: [],
    scopes_supported: ['sales:read', 'sales:write', 'stock:read', 'tokens:read', 'applications:write'],
    token_endpoint_auth_methods_supported: METHODS,
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    introspection_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    revocation_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    introspection_signing_alg_values_supported: ['ES256'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
    tls_client_certificate_bound_access_tokens: true,
    mtls_endpoint_aliases: {
      token_endpoint: 'https://mtls.id.example.com/oauth2/token',
      introspection_endpoint: 'https://mtls.id.example.com/oauth2/introspect',
      revocation_endpoint: 'https://mtls.id.example.com/oauth2/revoke',
    },
  });
});

test('rule 30: clients of OpenID Connect Discovery find the same document', async () => {
  const [one, other] = [
    await get('/.well-known/oauth-authorization-server'),
    await get('/.well-known/openid-configuration'),
  ];
  expect(other.text).toBe(one.text);
});

test('rule 30: an issuer with a path has its metadata at both places, whether the gateway shows the path or not', async () => {
  world.config = { ...world.config, issuer: 'https://id.example.com/machines' };
  for (const path of [
    '/.well-known/oauth-authorization-server/machines',
    '/machines/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server',
    '/machines/.well-known/openid-configuration',
  ]) {
    const { status, body } = await get(path);
    expect([status, body.issuer, body.token_endpoint]).toEqual([
      200,
      'https://id.example.com/machines',
      'https://id.example.com/machines/oauth2/token',
    ]);
  }
  for (const path of ['/oauth2/token', '/machines/oauth2/token']) {
    expect((await world.send({}, { path })).body.error).toBe('invalid_request');
  }
  expect((await get('/.well-known/oauth-authorization-server/other')).status).toBe(404);
});

test('rule 30: without DPoP and mutual TLS they are not named', async () => {
  const { dpop: _, mtlsUrl: __, ...config } = world.config;
  world.config = config;
  const { body } = await get('/.well-known/oauth-authorization-server');
  expect(Object.keys(body).filter((name) => /dpop|tls/.test(name))).toEqual([]);
  expect(body.token_endpoint_auth_methods_supported).toEqual(METHODS.slice(0, 3));
});

test('the metadata are read, and not written', async () => {
  expect((await get('/.well-known/oauth-authorization-server', 'POST')).status).toBe(405);
  expect((await get('/.well-known/oauth-authorization-server', 'HEAD')).status).toBe(200);
});
