// The two functions, each bundled as the kit bundles its own.

/** The endpoint with its real ports loaded; what they would read over the network lies in memory. */
export const OWN = `
  import { awsPorts } from '../../lambdas/token-endpoint/aws-ports';
  import { createTokenEndpoint } from '../../lambdas/token-endpoint/endpoint';
  import { readFileSync } from 'node:fs';
  const { config, items, secrets, record } = JSON.parse(readFileSync(process.env.BENCH_GIVEN, 'utf8'));
  export const handler = createTokenEndpoint(config, {
    ...awsPorts(config, () => {}),
    readItem: async (key) => items[key],
    readSecret: async (name) => secrets[name],
    readRotationRecord: async () => record,
  });`;

/** oidc-provider with the same client, key, scope and form of token, called without a socket, as adapters for Lambda do. */
export const OIDC_PROVIDER = `
  import { IncomingMessage, ServerResponse } from 'node:http';
  import { Socket } from 'node:net';
  import { readFileSync } from 'node:fs';
  import Provider from 'oidc-provider';
  const { config, client, privateJwk } = JSON.parse(readFileSync(process.env.BENCH_GIVEN, 'utf8'));
  const resource = {
    scope: 'sales:read',
    audience: config.audience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: 600,
    jwt: { sign: { alg: 'ES256' } },
  };
  const provider = new Provider(config.issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [privateJwk] },
    scopes: ['sales:read'],
    routes: { token: '/oauth2/token' },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => config.audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => resource,
      },
    },
  });
  provider.proxy = true;
  const callback = provider.callback();
  export const handler = (event) =>
    new Promise((resolve) => {
      const request = new IncomingMessage(new Socket());
      request.method = event.httpMethod;
      request.url = event.path;
      request.headers = {
        ...event.headers,
        'x-forwarded-proto': 'https',
        'content-length': String(Buffer.byteLength(event.body)),
      };
      request.push(event.body);
      request.push(null);
      const response = new ServerResponse(request);
      response.end = (body) => {
        resolve({ statusCode: response.statusCode, body: String(body) });
        return response;
      };
      callback(request, response);
    });`;
