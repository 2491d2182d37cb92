import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { joseEngine } from '../../../../lambdas/authorizer/access-token/jose-engine';
import type { SignatureEngine } from '../../../../lambdas/authorizer/access-token/signature';
import { compileApiPolicy } from '../../../../lambdas/authorizer/answer/policy-compiler';
import type { ApiConfig, AuthorizerConfig, IssuerConfig } from '../../../../lambdas/authorizer/config';
import type { AuthorizerEvent } from '../../../../lambdas/authorizer/event/request';
import type { AuthorizerPorts, DecisionRecord } from '../../../../lambdas/authorizer/ports';
import { compileRoutes } from '../../../../lambdas/authorizer/routes/route-compiler';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';

/** The virtual present, in epoch seconds. */
export const NOW = 1_800_000_000;
export const ISSUER = 'https://issuer.example.com/';
export const AUDIENCE = 'https://api.example.com/';

export type Claims = Readonly<Record<string, unknown>>;
/** A header or payload: an object, or the exact text or bytes to encode. */
export type Part = Claims | readonly unknown[] | string | Buffer;

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Public JSON Web Key with `kid` and `alg`. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

type Curve = 'P-256' | 'P-384';

export function rsaKey(kid: string, jwk: Claims = { alg: 'RS256' }, bits = 2048, exponent = 65537): SigningKey {
  return withJwk(generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent }), kid, jwk);
}

export function ecKey(kid: string, jwk: Claims = { alg: 'ES256' }, namedCurve: Curve = 'P-256'): SigningKey {
  return withJwk(generateKeyPairSync('ec', { namedCurve }), kid, jwk);
}

export function edKey(kid: string, jwk: Claims = { alg: 'EdDSA' }): SigningKey {
  return withJwk(generateKeyPairSync('ed25519'), kid, jwk);
}

function withJwk(pair: { privateKey: KeyObject; publicKey: KeyObject }, kid: string, jwk: Claims): SigningKey {
  return { ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, ...jwk } };
}

/** Claims of a good access token (RFC 9068), with changes; `undefined` takes a claim away. */
export function claims(changes: Claims = {}): Claims {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'user-1',
    client_id: 'reports',
    scope: 'sales:read',
    jti: 'jti-1',
    iat: NOW - 10,
    nbf: NOW - 10,
    exp: NOW + 600,
    ...changes,
  };
}

export function segment(part: Part): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes).toString('base64url');
}

/** Signature over any input, also with algorithms that the authorizer does not accept. */
export function signature(input: string, key: KeyObject | string | Buffer, algorithm: string): Buffer {
  if (algorithm.startsWith('HS')) {
    return createHmac('sha256', key).update(input).digest();
  }
  const hash = algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
  return sign(hash, Buffer.from(input), {
    key: key as KeyObject,
    dsaEncoding: 'ieee-p1363',
    ...(algorithm.startsWith('PS') && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  });
}

/** Signs any header and payload as they are. */
export function signed(header: Part, payload: Part, key: KeyObject | string | Buffer, algorithm = 'RS256'): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${signature(input, key, algorithm).toString('base64url')}`;
}

/** An access token by a key, with changes of the header and the claims. */
export function accessToken(key: SigningKey, changes: { header?: Claims; claims?: Claims } = {}): string {
  const { alg, kid } = key.jwk;
  const header = { alg, kid, typ: 'at+jwt', ...changes.header };
  return signed(header, claims(changes.claims), key.privateKey, String(alg));
}

export function issuerConfig(keys: readonly SigningKey[], changes: Partial<IssuerConfig> = {}): IssuerConfig {
  return {
    issuer: ISSUER,
    audience: [AUDIENCE],
    algorithms: ['RS256', 'ES256'],
    ...(changes.jwksUri === undefined && { jwks: { keys: keys.map((key) => key.jwk) } }),
    applications: { reports: 'reports' },
    types: ['at+jwt'],
    maxLifetimeSeconds: 3600,
    leewaySeconds: 5,
    ...changes,
  };
}

/** Routes as a configuration holds them, with a policy for the whole API where there is one. */
export function compiled(routes: readonly RouteRule[], revocation: 'strict' | 'bounded' = 'bounded'): ApiConfig {
  const api = { routes, revocation, resultCacheSeconds: 0 };
  const policy = compileApiPolicy(routes);
  return { ...api, routes: compileRoutes(routes), ...(policy && { policy }) };
}

export function authorizerConfig(issuers: readonly IssuerConfig[]): AuthorizerConfig {
  return {
    version: 1,
    environment: 'dev',
    region: 'eu-central-1',
    apiTokens: { brand: 'acme', tokenEnvironments: ['test'], table: 'tokens', pepperSecret: 'pepper' },
    issuers,
    revocation: { refreshSeconds: 30, maxAgeSeconds: 120 },
    apis: {
      sales: compiled([{ method: 'GET', path: '/v1/sales', rule: { kind: 'scopes', anyOf: [['sales:read']] } }]),
    },
    metricsNamespace: 'Gatehouse',
  };
}

/** Ports with a virtual clock, an empty table and no network; what they are asked for is recorded. */
export interface TestPorts extends AuthorizerPorts {
  /** Epoch seconds. */
  now: number;
  readonly reads: string[];
  readonly fetches: string[];
  readonly decisions: DecisionRecord[];
  readonly warnings: string[];
  /** Answers the fetch of a key set. */
  keySet: () => Promise<unknown>;
  /** Items of the token table. */
  readonly items: Map<string, Record<string, unknown>>;
}

export function testPorts(verifySignature: SignatureEngine = joseEngine): TestPorts {
  const ports: TestPorts = {
    now: NOW,
    reads: [],
    fetches: [],
    decisions: [],
    warnings: [],
    items: new Map(),
    keySet: () => Promise.reject(new Error('no key set here')),
    clock: () => ports.now * 1000,
    readItem: async (key) => {
      ports.reads.push(key);
      return ports.items.get(key);
    },
    readSecret: () => Promise.reject(new Error('no secret here')),
    send: () => Promise.reject(new Error('no network here')),
    readPepper: () => Promise.reject(new Error('no pepper here')),
    fetchKeySet: (uri) => {
      ports.fetches.push(uri);
      return ports.keySet();
    },
    verifySignature,
    log: (record) => ports.decisions.push(record),
    warn: (event) => ports.warnings.push(event),
  };
  return ports;
}

/** Event of a request for `GET /v1/sales` with a token as Bearer. */
export function bearerEvent(token: string): AuthorizerEvent {
  return {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev/GET/v1/sales',
    headers: { Authorization: `Bearer ${token}` },
    multiValueHeaders: { Authorization: [`Bearer ${token}`] },
    stageVariables: { gatehouseApi: 'sales' },
    requestContext: {
      apiId: 'api1',
      stage: 'dev',
      resourcePath: '/v1/sales',
      requestId: 'request-1',
      identity: { sourceIp: '192.0.2.1' },
    },
  };
}
