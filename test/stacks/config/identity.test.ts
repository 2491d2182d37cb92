import { checkConfig } from '../../../stacks/config';
import { issuersOf } from '../../../stacks/config/identity';

const VALID = {
  prefix: 'shop',
  account: '123456789012',
  region: 'eu-west-1',
  tokens: { brand: 'shop' },
  scopes: { 'orders:read': 'Read orders' },
  tiers: { free: { rateLimit: 1, burstLimit: 2 } },
  apis: { orders: { openapi: 'openapi.json', backends: { orders: { bundle: 'dist/orders' } } } },
  rotation: { signingKeys: {} },
  environments: {
    dev: { tokenEnvironment: 'test', identity: { publicUrl: 'https://auth.dev.example.com' } },
    prod: { tokenEnvironment: 'live', identity: { publicUrl: 'https://auth.example.com/oauth' } },
  },
} as const;

const check = (changes: object) => checkConfig({ ...VALID, ...changes }, 'c.json');

test('an environment accepts its own tokens, by the keys where they are kept', () => {
  expect(issuersOf(check({}), 'prod')).toEqual([
    {
      issuer: 'https://auth.example.com/oauth',
      ownIssuer: true,
      audience: ['https://auth.example.com/oauth'],
      jwksUri: 'rotation://eu-west-1/shop-prod-rotation/shop-prod-signing-keys',
      algorithms: ['ES256', 'RS256', 'EdDSA'],
      scopes: ['orders:read'],
    },
  ]);
});

test('without an identity nothing is added to the issuers', () => {
  const config = check({ rotation: {}, environments: { dev: { tokenEnvironment: 'test' } } });
  expect(issuersOf(config, 'dev')).toEqual([]);
});

const { dev, prod } = VALID.environments;

test.each<[string, object, string]>([
  ['no signing keys', { rotation: {} }, '/environments/dev/identity needs /rotation/signingKeys'],
  [
    'one issuer for two environments',
    { environments: { dev, prod: { ...prod, identity: dev.identity } } },
    '/environments/prod/identity/publicUrl and /environments/dev/identity/publicUrl are both "https://auth.dev.example.com"',
  ],
  [
    'an environment whose key set nobody serves',
    { environments: { dev, prod: { tokenEnvironment: 'live' } } },
    '/rotation/signingKeys lacks "api"',
  ],
  [
    'an issuer that is named as another one too',
    { issuers: [{ issuer: dev.identity.publicUrl, audience: ['a'], jwksUri: 'https://x.example/jwks' }] },
    '/environments/dev names the issuer "https://auth.dev.example.com" twice',
  ],
  [
    'a slash at the end',
    { environments: { dev: { ...dev, identity: { publicUrl: 'https://auth.example.com/' } } } },
    '/environments/dev/identity/publicUrl is "https://auth.example.com/"',
  ],
  [
    'two APIs of one resource',
    {
      apis: {
        orders: { ...VALID.apis.orders, publicUrls: ['https://api.example.com/shop'] },
        carts: { ...VALID.apis.orders, resource: 'https://api.example.com/shop' },
      },
    },
    '/apis/carts/resource and /apis/orders/publicUrls/0 are both "https://api.example.com/shop"',
  ],
  [
    'an API whose resource is the audience of all',
    { apis: { orders: { ...VALID.apis.orders, resource: 'https://auth.dev.example.com' } } },
    '/apis/orders/resource and the audience of /environments/dev/identity are both "https://auth.dev.example.com"',
  ],
  [
    'an API of the name of its own',
    { apis: { ...VALID.apis, identity: VALID.apis.orders } },
    'both yield the stack "gateway-identity-dev", rename one',
  ],
  [
    'bound tokens that every API would keep results for',
    { environments: { dev: { ...dev, identity: { ...dev.identity, dpop: {} } }, prod } },
    '/environments/dev has senderConstraints, and every API keeps authorizer results',
  ],
])('refuses %s', (_, changes, text) => {
  expect(() => check(changes)).toThrow(text);
});
