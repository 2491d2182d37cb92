import { checkConfig, LoadedConfig } from '../../stacks/config';
import { temporaryFolder } from '../support/temporary-folder';

const openapi = {
  openapi: '3.0.3',
  info: { title: 'Shop', version: '1.0.0' },
  components: {
    securitySchemes: {
      token: {
        type: 'oauth2',
        flows: {
          clientCredentials: { tokenUrl: 'https://i.example/token', scopes: { 'cart:read': 'r', 'cart:write': 'w' } },
        },
      },
    },
  },
  paths: {
    '/v1/status': {
      get: {
        'x-gatehouse-backend': 'status',
        'x-gatehouse-public': 'uptime probes have no token',
        security: [],
        responses: { 200: { description: 'up' } },
      },
    },
    '/v1/carts/{cart}': {
      parameters: [{ name: 'cart', in: 'path', required: true, schema: { type: 'string' } }],
      get: {
        'x-gatehouse-backend': 'cart',
        security: [{ token: ['cart:read'] }],
        responses: { 200: { description: 'a cart' } },
      },
      put: {
        'x-gatehouse-backend': 'cart',
        security: [{ token: ['cart:write'] }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { type: 'object', properties: { pattern: { type: 'string', pattern: '^${x}' } } },
            },
          },
        },
        responses: { 200: { description: 'changed' } },
      },
    },
  },
};

/** A configuration with two environments, two APIs, and a value of each kind. */
export const fixtureConfig = {
  prefix: 'acme',
  account: '123456789012',
  region: 'eu-central-1',
  tokens: { brand: 'acme', defaultLifetimeDays: 7, maxLifetimeDays: 30 },
  scopes: {
    'cart:read': 'Read carts',
    'cart:write': 'Change carts',
    'tokens:read': 'List tokens',
    'tokens:write': 'Issue tokens',
    'teams:write': 'Change teams',
    'trail:read': 'Read the audit trail',
  },
  tiers: {
    free: { rateLimit: 2, burstLimit: 4, quota: { limit: 100, period: 'DAY' } },
    partner: { rateLimit: 100, burstLimit: 200 },
  },
  issuers: [{ issuer: 'https://i.example/', audience: ['https://a.example'], jwksUri: 'https://i.example/jwks' }],
  apis: {
    shop: {
      openapi: 'openapi.json',
      backends: {
        cart: { bundle: 'bundles/cart', environment: { GREETING: 'hello ${name}' }, memoryMb: 512 },
        status: { bundle: 'bundles/status' },
      },
      tokenService: { basePath: '/v1' },
      cors: { allowOrigin: 'https://app.example' },
      resultCacheSeconds: 30,
    },
    depot: {
      openapi: 'openapi.json',
      backends: { cart: { bundle: 'bundles/cart' }, status: { bundle: 'bundles/status' } },
    },
  },
  environments: {
    dev: { tokenEnvironment: 'test', deletionProtection: false, logRetentionDays: 7, region: 'eu-west-1' },
    prod: { tokenEnvironment: 'live', account: '210987654321' },
  },
  alarms: {
    topicArns: ['arn:aws:sns:eu-central-1:123456789012:alarms', 'arn:aws:sns:eu-west-1:123456789012:alarms'],
  },
};

export type FixtureConfig = Record<string, unknown>;

/** Files of a project with the fixture's configuration. */
export function projectFiles(config: FixtureConfig = fixtureConfig): Record<string, string> {
  return {
    'gatehouse.config.json': JSON.stringify(config, null, 2),
    'openapi.json': JSON.stringify(openapi),
    'bundles/cart/index.js': 'exports.handler = async () => ({ statusCode: 200, body: "cart" });\n',
    'bundles/status/index.js': 'exports.handler = async () => ({ statusCode: 200, body: "up" });\n',
  };
}

/** The fixture's configuration, loaded; `changes` replace members of it. */
export function loadFixture(changes: FixtureConfig = {}): LoadedConfig {
  const config = { ...fixtureConfig, ...changes };
  const folder = temporaryFolder(projectFiles(config));
  return new LoadedConfig(checkConfig(config, 'fixture'), folder);
}
