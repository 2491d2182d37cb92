// Keys, tokens and events that the benchmarks of the authorizer share.
import { constants, generateKeyPairSync, sign } from 'node:crypto';

export const ISSUER = 'https://issuer.example.com/';
export const AUDIENCE = 'https://api.example.com/';
/** Epoch seconds of the start: peers that take no clock are given the real one. */
export const START = Math.floor(Date.now() / 1000);

export const KINDS = {
  RS256: { ...generateKeyPairSync('rsa', { modulusLength: 2048 }), kid: 'r1', hash: 'sha256' },
  ES256: { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), kid: 'e1', hash: 'sha256' },
  EdDSA: { ...generateKeyPairSync('ed25519'), kid: 'd1', hash: null },
};

export const JWKS = {
  keys: Object.entries(KINDS).map(([alg, { publicKey, kid }]) => ({
    ...publicKey.export({ format: 'jwk' }),
    kid,
    alg,
    use: 'sig',
  })),
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function parametersOf(alg) {
  if (alg === 'RS256') {
    return { padding: constants.RSA_PKCS1_PADDING };
  }
  return alg === 'ES256' ? { dsaEncoding: 'ieee-p1363' } : {};
}

/** A token, and the input and signature that a raw verification of it takes. */
export function makeToken(alg, number) {
  const { privateKey, publicKey, kid, hash } = KINDS[alg];
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: `user-${number}`,
    client_id: 'reports',
    scope: 'sales:read users:read',
    jti: `${alg}-${number}`,
    iat: START - 10,
    nbf: START - 10,
    exp: START + 3000,
  };
  const text = `${encode({ alg, kid, typ: 'at+jwt' })}.${encode(claims)}`;
  const input = Buffer.from(text);
  const options = parametersOf(alg);
  const signature = sign(hash, input, { key: privateKey, ...options });
  const token = `${text}.${signature.toString('base64url')}`;
  return { token, hash, input, signature, key: { key: publicKey, ...options } };
}

export const STAGE_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev';

/** What API Gateway sends for a request with a Bearer token. */
export function makeEvent(token) {
  const value = `Bearer ${token}`;
  return {
    type: 'REQUEST',
    methodArn: `${STAGE_ARN}/GET/v1/sales/emea`,
    headers: { Accept: 'application/json', Host: 'api.example.com', 'User-Agent': 'bench', Authorization: value },
    multiValueHeaders: {
      Accept: ['application/json'],
      Host: ['api.example.com'],
      'User-Agent': ['bench'],
      Authorization: [value],
    },
    stageVariables: { gatehouseApi: 'sales' },
    requestContext: {
      apiId: 'api1',
      stage: 'dev',
      resourcePath: '/v1/sales/{region}',
      requestId: 'request-1',
      identity: { sourceIp: '192.0.2.1' },
    },
  };
}

/** Thirty routes, of which the tokens' scopes grant twenty. */
export function makeRoutes() {
  const routes = Array.from({ length: 29 }, (_, index) => ({
    method: ['GET', 'POST', 'PUT'][index % 3],
    path: `/v1/resource-${Math.floor(index / 3)}`,
    rule: { kind: 'scopes', anyOf: [[['sales:read', 'users:read', 'admin:write'][index % 3]]] },
  }));
  return [...routes, { method: 'GET', path: '/v1/sales/{region}', rule: { kind: 'scopes', anyOf: [['sales:read']] } }];
}

/** A configuration with one issuer, its keys in place, and one API, whose routes and policy the kit's compilers make. */
export function makeConfig({ compileRoutes, compileApiPolicy }) {
  const routes = compileRoutes(makeRoutes());
  const policy = compileApiPolicy(makeRoutes());
  return {
    version: 1,
    environment: 'dev',
    region: 'eu-central-1',
    issuers: [
      {
        issuer: ISSUER,
        audience: [AUDIENCE],
        algorithms: Object.keys(KINDS),
        jwks: JWKS,
        types: ['at+jwt'],
        maxLifetimeSeconds: 3600,
        leewaySeconds: 5,
        // So that the application is found, as it would be where callers are metered.
        applications: { reports: 'reports' },
      },
    ],
    revocation: { refreshSeconds: 30, maxAgeSeconds: 300 },
    apis: { sales: { routes, policy, revocation: 'bounded', resultCacheSeconds: 60 } },
    metricsNamespace: 'Gatehouse',
  };
}
