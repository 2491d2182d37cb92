// Asks the endpoint by clients of npm, as their own manuals say, and prints what each got. They run in a process of their own: as they
// are installed, with nothing of the tests around them.
import { webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';

const require = createRequire(import.meta.url);
const { ClientCredentials } = require('simple-oauth2');
const { Strategy } = require('passport-oauth2');

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const { issuer, secretClient, keyClient, apiToken } = JSON.parse(process.argv[2]);
const server = new URL(issuer);
const exchange = { subject_token: apiToken.token, subject_token_type: ACCESS_TOKEN };
const importKey = (name) => {
  const algorithm = name === 'EdDSA' ? 'Ed25519' : { name: 'ECDSA', namedCurve: 'P-256' };
  return webcrypto.subtle.importKey('jwk', keyClient.keys[name], algorithm, false, ['sign']);
};
const privateKey = { key: await importKey('ES256'), kid: 'es' };
const edwardsKey = { key: await importKey('EdDSA'), kid: 'ed' };

/** openid-client finds the endpoints by itself, as an OAuth server or as one of OpenID Connect. */
async function configuration(id, authentication, algorithm = 'oauth2') {
  return openid.discovery(server, id, undefined, authentication, {
    algorithm,
    execute: [openid.allowInsecureRequests],
  });
}

const withOpenidClient = {
  'openid-client: client_secret_basic': async () => {
    const config = await configuration(secretClient.id, openid.ClientSecretBasic(secretClient.secret));
    return openid.clientCredentialsGrant(config, { scope: 'sales:read' });
  },
  'openid-client: client_secret_post, by OpenID Connect Discovery': async () => {
    const config = await configuration(secretClient.id, openid.ClientSecretPost(secretClient.secret), 'oidc');
    return openid.clientCredentialsGrant(config, { scope: 'sales:read' });
  },
  'openid-client: private_key_jwt': async () => {
    const config = await configuration(keyClient.id, openid.PrivateKeyJwt(privateKey));
    return openid.clientCredentialsGrant(config, { scope: 'sales:read' });
  },
  'openid-client: private_key_jwt with Ed25519': async () => {
    const config = await configuration(keyClient.id, openid.PrivateKeyJwt(edwardsKey));
    return openid.clientCredentialsGrant(config, { scope: 'sales:read' });
  },
  'openid-client: DPoP with a nonce': async () => {
    const config = await configuration(secretClient.id, openid.ClientSecretBasic(secretClient.secret));
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair());
    return openid.clientCredentialsGrant(config, { scope: 'sales:read' }, { DPoP });
  },
  'openid-client: token exchange with a client': async () => {
    const config = await configuration(secretClient.id, openid.ClientSecretBasic(secretClient.secret));
    return openid.genericGrantRequest(config, EXCHANGE, { ...exchange, scope: 'sales:read' });
  },
  'openid-client: token exchange without a client': async () => {
    const config = await configuration(`token:${apiToken.id}`, openid.None());
    return openid.genericGrantRequest(config, EXCHANGE, { ...exchange, scope: 'sales:read' });
  },
  'openid-client: introspection and revocation': async () => {
    const config = await configuration(secretClient.id, openid.ClientSecretBasic(secretClient.secret));
    const { access_token } = await openid.clientCredentialsGrant(config, { scope: 'sales:read' });
    const answer = await openid.tokenIntrospection(config, access_token);
    await openid.tokenRevocation(config, access_token);
    return { access_token, token_type: 'bearer', scope: answer.active ? answer.scope : 'inactive' };
  },
};

/** oauth4webapi: every request and its answer by itself, with its checks of the answers. */
async function low() {
  const found = await oauth.discoveryRequest(server, { algorithm: 'oauth2', [oauth.allowInsecureRequests]: true });
  return oauth.processDiscoveryResponse(server, found);
}
const insecure = { [oauth.allowInsecureRequests]: true };

const withOauth4webapi = {
  'oauth4webapi: client credentials': async () => {
    const as = await low();
    const client = { client_id: secretClient.id };
    const parameters = new URLSearchParams({ scope: 'sales:read' });
    const authentication = oauth.ClientSecretBasic(secretClient.secret);
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure);
    return oauth.processClientCredentialsResponse(as, client, response);
  },
  'oauth4webapi: token exchange': async () => {
    const as = await low();
    const client = { client_id: keyClient.id };
    const parameters = new URLSearchParams({ ...exchange, scope: 'sales:read' });
    const authentication = oauth.PrivateKeyJwt(privateKey);
    const response = await oauth.genericTokenEndpointRequest(
      as,
      client,
      authentication,
      EXCHANGE,
      parameters,
      insecure,
    );
    return oauth.processGenericTokenEndpointResponse(as, client, response);
  },
  'oauth4webapi: signed introspection, with its signature': async () => {
    const as = await low();
    const client = { client_id: secretClient.id, introspection_signed_response_alg: 'ES256' };
    const authentication = oauth.ClientSecretPost(secretClient.secret);
    const options = { ...insecure, requestJwtResponse: true };
    const response = await oauth.introspectionRequest(as, client, authentication, apiToken.token, options);
    const answer = await oauth.processIntrospectionResponse(as, client, response);
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    return {
      access_token: 'none',
      token_type: 'bearer',
      scope: answer.active ? answer.scope.split(' ')[0] : 'inactive',
    };
  },
  'oauth4webapi: an access token at a resource server': async () => {
    const as = await low();
    const client = { client_id: secretClient.id };
    const parameters = new URLSearchParams({ scope: 'sales:read' });
    const authentication = oauth.ClientSecretBasic(secretClient.secret);
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
    const ask = () =>
      oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, { ...insecure, DPoP });
    const answer = await ask()
      .then((response) => oauth.processClientCredentialsResponse(as, client, response))
      .catch(async (error) => {
        if (!oauth.isDPoPNonceError(error)) {
          throw error;
        }
        return oauth.processClientCredentialsResponse(as, client, await ask());
      });
    let request;
    const resource = new URL('https://api.example.com/shop');
    await oauth.protectedResourceRequest(answer.access_token, 'GET', resource, undefined, undefined, {
      DPoP,
      [oauth.customFetch]: async (url, options) => {
        request = new Request(url, { ...options, body: undefined });
        return new Response('{}');
      },
    });
    await oauth.validateJwtAccessToken(as, request, 'https://api.example.com', insecure);
    return answer;
  },
};

const withOthers = {
  'simple-oauth2': async () => {
    const client = new ClientCredentials({
      client: secretClient,
      auth: { tokenHost: issuer, tokenPath: '/oauth2/token' },
    });
    return (await client.getToken({ scope: 'sales:read' })).token;
  },
  'passport-oauth2': async () => {
    const strategy = new Strategy(
      {
        authorizationURL: `${issuer}/oauth2/authorize`,
        tokenURL: `${issuer}/oauth2/token`,
        clientID: secretClient.id,
        clientSecret: secretClient.secret,
      },
      () => {},
    );
    return new Promise((resolve, reject) => {
      const parameters = { grant_type: 'client_credentials', scope: 'sales:read' };
      strategy._oauth2.getOAuthAccessToken('', parameters, (error, _token, _refresh, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  },
};

const results = {};
for (const [name, ask] of Object.entries({ ...withOpenidClient, ...withOauth4webapi, ...withOthers })) {
  results[name] = await ask().then(
    ({ access_token, token_type, scope }) => ({ access_token, token_type, scope }),
    (error) => ({ error: `${error.name}: ${error.message} ${error.cause ? JSON.stringify(error.cause) : ''}` }),
  );
}
process.stdout.write(JSON.stringify(results));
