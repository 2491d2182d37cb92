import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, checkConfig, loadConfig } from '../../../stacks/config';

const VALID = {
  prefix: 'shop',
  account: '123456789012',
  region: 'eu-west-1',
  tokens: { brand: 'shop' },
  scopes: { 'orders:read': 'Read orders' },
  tiers: { free: { rateLimit: 1, burstLimit: 2, quota: { limit: 100, period: 'DAY' } } },
  apis: { orders: { openapi: 'openapi.json', backends: { orders: { bundle: 'dist/orders' } } } },
  environments: { dev: { tokenEnvironment: 'test' } },
};

function change(path: string, value: unknown): unknown {
  const copy = structuredClone(VALID) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  let target = copy;
  for (const key of keys) {
    target = target[key] as Record<string, unknown>;
  }
  if (value === undefined) {
    delete target[last];
  } else {
    target[last] = value;
  }
  return copy;
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('checkConfig', () => {
  test('accepts a complete configuration unchanged', () => {
    expect(checkConfig(VALID, 'x.json')).toEqual(VALID);
  });

  test.each([
    ['prefix', 'Shop', ['/prefix', '"Shop"', '2 to 16 of a-z 0-9 -, beginning with a letter']],
    ['account', '1234', ['/account', '"1234"', 'allowed is 12 digits']],
    ['tokens.brand', 'g', ['/tokens/brand', '"g"']],
    ['tokens.engine', 'webcrypto', ['/tokens/engine', '"webcrypto"', '"jose", "node-crypto"']],
    ['tiers.free.rateLimit', 'fast', ['/tiers/free/rateLimit', '"fast"', 'number']],
    ['tiers.free.quota.period', 'YEAR', ['/tiers/free/quota/period', '"YEAR"', '"DAY", "WEEK", "MONTH"']],
    ['environments.dev.tokenEnvironment', 'beta', ['/environments/dev/tokenEnvironment', '"beta"', '"live", "test"']],
    ['environments.dev.colour', 'red', ['/environments/dev', '"colour"', 'tokenEnvironment']],
    ['apis.orders.openapi', undefined, ['/apis/orders', 'lacks', '"openapi"']],
    ['scopes', { orders: 'no action' }, ['/scopes', '"orders"', 'allowed is "<resource>:<action>"']],
    ['apis.orders.cors', { allowOrigin: '*' }, ['/apis/orders/cors/allowOrigin', '"*"']],
    ['issuers', [{ issuer: 'https://a/', audience: ['b'] }], ['/issuers/0', 'jwks']],
    ['stateBackend', { type: 's3' }, ['/stateBackend lacks the member "bucket"']],
    ['stateBackend', { type: 'gcs' }, ['/stateBackend/type is "gcs", allowed are "local", "s3"']],
    ['stateBackend', {}, ['/stateBackend lacks the member "type"']],
    ['tiers.free.burst', 5, ['/tiers/free has the unknown member "burst", allowed are rateLimit']],
    ['tiers.free.ratelimit', 5, ['/tiers/free has the unknown member "ratelimit", allowed are']],
    ['apis.orders.openapI', 'x', ['/apis/orders has the unknown member "openapI", allowed are openapi']],
    ['region', undefined, ['shop.json: / lacks the member "region"']],
  ])('names the path, the value and what is allowed: %s', (path, value, expected) => {
    const message = messageOf(() => checkConfig(change(path, value), 'shop.json'));
    expect(message).toMatch(/^shop\.json: /);
    for (const part of expected) {
      expect(message).toContain(part);
    }
  });

  test('refuses a private key among the keys of an issuer without printing it', () => {
    const issuers = [
      { issuer: 'https://a/', audience: ['b'], jwks: { keys: [{ kty: 'EC', kid: '1', d: 'very-private' }] } },
    ];
    const message = messageOf(() => checkConfig(change('issuers', issuers), 'x'));
    expect(message).toContain('/issuers/0/jwks/keys/0');
    expect(message).not.toContain('very-private');
  });

  test('refuses a default lifetime beyond the longest', () => {
    const tokens = { brand: 'shop', defaultLifetimeDays: 30, maxLifetimeDays: 7 };
    expect(messageOf(() => checkConfig(change('tokens', tokens), 'x'))).toContain(
      '/tokens/defaultLifetimeDays is 30, allowed is at most /tokens/maxLifetimeDays, 7',
    );
  });

  test('refuses strict revocation behind a cache', () => {
    const orders = { ...VALID.apis.orders, revocation: 'strict', resultCacheSeconds: 30 };
    expect(messageOf(() => checkConfig(change('apis', { orders }), 'x'))).toContain(
      '/apis/orders/resultCacheSeconds is 30, allowed is 0 where /apis/orders/revocation is "strict"',
    );
  });

  test.each([
    ['authorizerCacheSeconds', 60, 'resultCacheSeconds'],
    ['authorizerResultPerRoute', true, 'resultPerRoute'],
  ])('says of %s that it was renamed', (former, value, now) => {
    const orders = { ...VALID.apis.orders, [former]: value };
    expect(messageOf(() => checkConfig(change('apis', { orders }), 'shop.json'))).toBe(
      `shop.json: /apis/orders/${former} was renamed to ${now}`,
    );
  });

  test.each([
    ['tiers', 'tier'],
    ['environments', 'enviroments'],
    ['scopes', 'scope'],
    ['apis', 'api'],
  ])('takes a misspelt member for what it is: %s as %s', (name, misspelt) => {
    const { [name]: value, ...rest } = VALID as Record<string, unknown>;
    const message = messageOf(() => checkConfig({ ...rest, [misspelt]: value }, 'shop.json'));
    expect(message).toContain(
      `shop.json: / has the unknown member "${misspelt}" (did you mean "${name}"?), allowed are`,
    );
  });

  test('accepts introspection in place of keys, and bound tokens where no results are kept', () => {
    const introspection = { endpoint: 'https://i/introspect', clientId: 'c', clientSecretName: 'oauth/introspection' };
    const issuer = { issuer: 'https://i/', audience: ['a'], introspection, senderConstraints: ['dpop', 'mtls'] };
    const value = { ...VALID, dpop: { maxAgeSeconds: 30 }, issuers: [issuer] };
    const orders = { ...VALID.apis.orders, resultCacheSeconds: 0, publicUrls: ['https://api.example.com/shop'] };
    expect(() => checkConfig({ ...value, apis: { orders } }, 'x')).not.toThrow();
    expect(messageOf(() => checkConfig(value, 'x'))).toBe(
      'x: /issuers has senderConstraints, and every API keeps authorizer results, allowed is resultCacheSeconds 0 for at least one',
    );
  });

  test.each([
    [{ endpoint: 'http://i/introspect' }, ['/issuers/0/introspection/endpoint', 'begins with https://']],
    [{ clientSecretName: undefined }, ['/issuers/0/introspection', '"clientSecretName"']],
    [{ clientSecret: 'hunter2' }, ['/issuers/0/introspection', 'unknown member "clientSecret"', 'clientSecretName']],
    [{ cacheSeconds: 3600 }, ['/issuers/0/introspection/cacheSeconds', '3600']],
  ])('refuses the introspection %j', (changes, words) => {
    const introspection = { endpoint: 'https://i/introspect', clientId: 'c', clientSecretName: 'oauth', ...changes };
    const issuers = [{ issuer: 'https://i/', audience: ['a'], introspection }];
    const message = messageOf(() => checkConfig(JSON.parse(JSON.stringify({ ...VALID, issuers })), 'x'));
    for (const word of words) {
      expect(message).toContain(word);
    }
    expect(message).not.toContain('hunter2');
  });

  test('refuses networks of an API that are none', () => {
    const orders = { ...VALID.apis.orders, cidrs: ['192.0.2.0/24', '192.0.2.0/240'] };
    expect(messageOf(() => checkConfig(change('apis', { orders }), 'x'))).toContain(
      '/apis/orders/cidrs has "192.0.2.0/240", allowed are networks such as',
    );
  });

  test('refuses an issuer that is named twice', () => {
    const entry = { issuer: 'https://a/', audience: ['b'], jwksUri: 'https://a/jwks' };
    expect(messageOf(() => checkConfig(change('issuers', [entry, entry]), 'x'))).toContain('"https://a/" twice');
  });

  test.each<[Record<string, unknown>, string]>([
    [{ profile: 'cognito' }, '/issuers/0/clients is missing, allowed is a list of the client ids'],
    [{ profile: 'ping', audience: ['b'] }, '/issuers/0/profile is "ping", allowed are "rfc9068", "cognito"'],
    [
      { profile: 'okta', audience: ['b'] },
      '/issuers/0/issuer is "https://a/", allowed with profile "okta" is https://',
    ],
    [
      { audience: ['b'], scopeMap: { a: 'nothing:here' } },
      '/issuers/0/scopeMap grants "nothing:here", allowed are the scopes of /scopes',
    ],
    [{ profile: 'auth0' }, '/issuers/0 lacks the member "audience"'],
  ])('refuses an issuer with %j, and says why', (options, message) => {
    const entry = { issuer: 'https://a/', jwksUri: 'https://a/jwks', ...options };
    expect(messageOf(() => checkConfig(change('issuers', [entry]), 'x'))).toContain(message);
  });

  test('accepts a key set beside its address, and the limits of an issuer', () => {
    const keys = [{ kty: 'EC', kid: '1', crv: 'P-256', x: 'x', y: 'y' }];
    const entry = { issuer: 'https://a/', audience: ['b'], jwksUri: 'https://a/jwks', jwks: { keys } };
    const limits = { allowSeveralAudiences: true, scopes: ['*', Object.keys(VALID.scopes)[0]] };
    expect(() => checkConfig(change('issuers', [{ ...entry, ...limits }]), 'x')).not.toThrow();
  });

  test.each([[['home-page']], [{ 'Client 1': 'home-page' }], [[]], [{}], [JSON.parse('{"__proto__":"home-page"}')]])(
    'accepts the applications %j of an issuer',
    (applications) => {
      const entry = { issuer: 'https://a/', audience: ['b'], jwksUri: 'https://a/jwks', applications };
      expect(() => checkConfig(change('issuers', [entry]), 'x')).not.toThrow();
    },
  );

  test.each<[string, unknown, string]>([
    ['a name that is none', ['Home page'], '/issuers/0/applications/0 is "Home page"'],
    ['a name that is none, by client id', { spa: '' }, '/issuers/0/applications/spa is ""'],
    [
      'the application of administrators',
      ['gatehouse-administration'],
      '/issuers/0/applications/0 is "gatehouse-admin',
    ],
    ['a name twice', ['a', 'a'], '/issuers/0/applications'],
    ['one text', 'home-page', '/issuers/0/applications is "home-page", allowed is a value of type object'],
  ])('refuses %s as applications of an issuer', (_, applications, expected) => {
    const entry = { issuer: 'https://a/', audience: ['b'], jwksUri: 'https://a/jwks', applications };
    expect(messageOf(() => checkConfig(change('issuers', [entry]), 'x'))).toContain(expected);
  });

  test('refuses a scope of an issuer that covers none of the platform', () => {
    const entry = { issuer: 'https://a/', audience: ['b'], jwksUri: 'https://a/jwks', scopes: ['*', 'nothing:*'] };
    expect(messageOf(() => checkConfig(change('issuers', [entry]), 'x'))).toContain(
      '/issuers/0/scopes holds "nothing:*", which covers no scope of /scopes',
    );
  });

  test('refuses a token service without its scopes', () => {
    const orders = { ...VALID.apis.orders, tokenService: { basePath: '/v1' } };
    expect(messageOf(() => checkConfig(change('apis', { orders }), 'x'))).toContain('/scopes lacks "tokens:read"');
  });

  test('takes a tier whose usage plan is named like that of another tier, because tags tell them apart', () => {
    const tier = VALID.tiers.free;
    const value = { ...VALID, tiers: { gold: tier, 'super-gold': tier }, apis: { 'home-super': VALID.apis.orders } };
    expect(checkConfig(value, 'x')).toBeDefined();
  });

  test('refuses a second API that serves the token service', () => {
    const api = { ...VALID.apis.orders, tokenService: { basePath: '/v1' } };
    const value = {
      ...VALID,
      scopes: { 'tokens:read': 'r', 'tokens:write': 'w', 'teams:write': 't', 'trail:read': 't' },
      apis: { a: api, b: api },
    };
    expect(messageOf(() => checkConfig(value, 'x'))).toContain('/apis/b/tokenService');
  });
});

describe('loadConfig', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('resolves paths from the folder of the file', () => {
    const file = join(folder, 'gatehouse.config.json');
    writeFileSync(file, JSON.stringify(VALID));
    const loaded = loadConfig(file);
    expect(loaded.resolve(loaded.config.apis.orders?.openapi ?? '')).toBe(join(folder, 'openapi.json'));
  });

  test('names a file that is missing', () => {
    expect(messageOf(() => loadConfig(join(folder, 'none.json')))).toContain(join(folder, 'none.json'));
  });

  test('names a file that is not JSON', () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{');
    expect(messageOf(() => loadConfig(file))).toMatch(/broken\.json is not JSON/);
  });

  test('names the file and the member of a document or a bundle that is not there', () => {
    const file = join(folder, 'gatehouse.config.json');
    writeFileSync(file, JSON.stringify(VALID));
    const loaded = loadConfig(file);
    expect(messageOf(() => loaded.documents())).toContain(
      `${file}: /apis/orders/openapi: cannot read the OpenAPI document ${join(folder, 'openapi.json')}`,
    );
    expect(messageOf(() => loaded.bundleFolder('orders', 'orders'))).toBe(
      `${file}: /apis/orders/backends/orders/bundle is "dist/orders", allowed is a folder with bundled code: there is no folder ${join(folder, 'dist/orders')}`,
    );
  });
});
