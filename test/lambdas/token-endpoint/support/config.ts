import type { TokenEndpointConfig } from '../../../../lambdas/token-endpoint/config';

export const ISSUER = 'https://id.example.com';
export const SHOP = 'https://api.example.com/shop';
export const STOCK = 'https://api.example.com/stock';

/** A platform with two APIs. */
export const CONFIG: TokenEndpointConfig = {
  version: 1,
  environment: 'dev',
  region: 'eu-west-1',
  issuer: ISSUER,
  audience: 'https://api.example.com',
  brand: 'acme',
  tokenEnvironment: 'test',
  table: 'acme-dev-tokens',
  pepperSecret: 'acme-dev-pepper',
  signingSecret: 'acme-dev-signing-keys',
  rotationTable: 'acme-dev-rotation',
  timing: {
    writerCacheSeconds: 300,
    publicationCacheSeconds: 300,
    verifierCacheSeconds: 3600,
    skewSeconds: 60,
    maxTokenLifetimeSeconds: 3600,
    rollBackSeconds: 0,
  },
  resources: {
    [SHOP]: { scopes: ['sales:read', 'sales:write'], introspectedBy: ['shop-backend'] },
    [STOCK]: { scopes: ['stock:read'] },
  },
  scopes: ['sales:read', 'sales:write', 'sales:*', 'stock:read', 'tokens:read', 'applications:write'],
  dpop: { algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'], maxAgeSeconds: 60, requireNonce: false },
  mtlsUrl: 'https://mtls.id.example.com',
  exchangeSeconds: 900,
  tokenService: 'acme-dev-token-service',
  metricsNamespace: 'Gatehouse',
};
