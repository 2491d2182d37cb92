// What both functions are given: one client, one signing key, no store. Made once for a run, and handed over as JSON.
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';

export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'https://api.example.com';
const PEPPER = 'p1';

/** @param lib the kit's own functions that make client secrets */
export function makeGiven({ clientSecretBrand, generateApiToken }) {
  const now = Math.floor(Date.now() / 1000);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const named = { kid: 'bench', alg: 'ES256', use: 'sig' };
  const privateJwk = { ...privateKey.export({ format: 'jwk' }), ...named };
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), ...named };
  const { id, token: secret } = generateApiToken(clientSecretBrand('acme'), 'test');
  const pepper = randomBytes(32);
  const hash = createHmac('sha256', pepper).update(secret).digest('base64url');
  const key = { kid: 'bench', algorithm: 'ES256', privateJwk, publicJwk };
  const header = { schema: 1, generation: 1, basedOnVersionId: null, createdAt: '2026-01-01T00:00:00.000Z' };
  return {
    client: { id, secret },
    privateJwk,
    config: {
      version: 1,
      environment: 'bench',
      region: 'eu-central-1',
      issuer: ISSUER,
      audience: AUDIENCE,
      brand: 'acme',
      tokenEnvironment: 'test',
      table: 'tokens',
      pepperSecret: 'pepper',
      signingSecret: 'keys',
      rotationTable: 'rotation',
      timing: {
        writerCacheSeconds: 300,
        publicationCacheSeconds: 300,
        verifierCacheSeconds: 3600,
        skewSeconds: 60,
        maxTokenLifetimeSeconds: 3600,
        rollBackSeconds: 0,
      },
      resources: {},
      scopes: ['sales:read'],
      exchangeSeconds: 900,
      metricsNamespace: 'Bench',
    },
    secrets: {
      pepper: JSON.stringify({
        ...header,
        kind: 'pepper',
        payload: { next: null, current: { id: PEPPER, key: pepper.toString('base64url') }, retired: [] },
      }),
      keys: JSON.stringify({ ...header, kind: 'signing-keys', payload: { current: key, next: key, retired: [] } }),
    },
    record: {
      pk: 'rotation#keys',
      entity: 'rotation',
      secretName: 'keys',
      credentials: [{ id: 'bench', addedAt: 1, publishedAt: 1, publicJwk }],
      version: 1,
    },
    items: {
      [`client#${id}`]: {
        pk: `client#${id}`,
        entity: 'client',
        id,
        name: 'bench',
        application: 'bench',
        environment: 'bench',
        status: 'active',
        authMethods: ['client_secret_basic'],
        grants: ['client_credentials'],
        scopes: ['sales:read'],
        generations: [{ number: 1, hash, pepperId: PEPPER, createdAt: now }],
        keys: [],
        cidrs: [],
        createdAt: now,
        createdBy: 'bench',
        version: 1,
      },
    },
  };
}

/** The request that both get: an event of a REST API. */
export function makeEvent({ id, secret }) {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded', host: 'id.example.com' };
  return {
    httpMethod: 'POST',
    path: '/oauth2/token',
    headers,
    body: 'grant_type=client_credentials&scope=sales%3Aread',
    requestContext: { requestId: 'r', identity: { sourceIp: '192.0.2.1' } },
  };
}
