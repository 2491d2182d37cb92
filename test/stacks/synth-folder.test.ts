import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryAssets } from '../../constructs/support/asset-zip';
import { synthesize } from '../../stacks/synth';
import { temporaryBundle, temporaryFolder } from '../support/temporary-folder';
import { fixtureConfig, loadFixture } from './fixture';
import { tokenServiceDocument } from './token-service-document';

const mockBundle = temporaryBundle();
const mockDocument = tokenServiceDocument();
jest.mock('../../constructs/support/bundles', () => ({
  kitBundle: () => mockBundle,
  isKitBundle: (folder: string) => folder === mockBundle,
  tokenServiceDocumentFile: () => mockDocument,
}));
afterAll(removeTemporaryAssets);

describe('what an earlier synthesis left', () => {
  const only = (environment: 'dev' | 'prod') =>
    loadFixture({
      apis: { depot: fixtureConfig.apis.depot },
      environments: { [environment]: fixtureConfig.environments[environment] },
    });

  test('of a stack that is gone, is cleared away', () => {
    const outdir = join(temporaryFolder(), 'out');
    synthesize(only('dev'), outdir);
    synthesize(only('prod'), outdir);
    expect(readdirSync(join(outdir, 'stacks')).sort()).toEqual(['gateway-depot-prod', 'platform-prod']);
  });

  test.each(['platform-dev.tfstate', 'terraform.tfstate', 'platform-dev.tfstate.backup'])(
    'is kept and told of, when %s is in it',
    (name) => {
      const outdir = join(temporaryFolder(), 'out');
      synthesize(only('dev'), outdir);
      const folder = join(outdir, 'stacks', 'platform-dev');
      writeFileSync(join(folder, name), '{}');
      const kept: string[] = [];
      synthesize(only('prod'), outdir, { onKept: (path) => kept.push(path) });
      expect(kept).toEqual([folder]);
      expect(existsSync(join(folder, 'cdk.tf.json'))).toBe(true);
    },
  );

  test('in the folder of a stack: old packages go, state stays', () => {
    const outdir = join(temporaryFolder(), 'out');
    synthesize(only('prod'), outdir);
    const folder = join(outdir, 'stacks', 'platform-prod');
    writeFileSync(join(folder, 'platform-prod.tfstate'), '{}');
    mkdirSync(join(folder, 'assets', 'Old_Asset'));
    synthesize(only('prod'), outdir);
    expect(existsSync(join(folder, 'platform-prod.tfstate'))).toBe(true);
    expect(readdirSync(join(folder, 'assets'))).toHaveLength(6);
  });
});

describe('a faulty configuration', () => {
  const shop = fixtureConfig.apis.shop;
  const faults: [string, Record<string, unknown>, string][] = [
    [
      'document that is not there',
      { apis: { shop: { ...shop, openapi: 'missing.json' } } },
      '/apis/shop/openapi: cannot read the OpenAPI document',
    ],
    [
      'scope that is not declared',
      { scopes: { 'cart:read': 'r', 'tokens:read': 'r', 'tokens:write': 'w', 'teams:write': 't', 'trail:read': 't' } },
      'openapi.json#/paths/~1v1~1carts~1{cart}/put/security/0/token/0: route PUT /v1/carts/{cart} requires the scope "cart:write", allowed are cart:read, tokens:read, tokens:write',
    ],
    ['backend that is not there', { apis: { shop: { ...shop, backends: { cart: shop.backends.cart } } } }, '"status"'],
    [
      'bundle that is not there',
      { apis: { shop: { ...shop, backends: { ...shop.backends, cart: { bundle: 'missing' } } } } },
      '/apis/shop/backends/cart/bundle is "missing", allowed is a folder with bundled code: there is no folder /',
    ],
    [
      'backend named like the token service',
      { apis: { shop: { ...shop, backends: { ...shop.backends, 'token-service': shop.backends.cart } } } },
      '/apis/shop/backends has the name "token-service", which is the token service\'s',
    ],
    [
      'alarm topics of other regions only',
      { alarms: { topicArns: ['arn:aws:sns:us-east-1:123456789012:alarms'] } },
      '/alarms/topicArns has no topic in eu-west-1, the region of the environment dev',
    ],
    [
      'secret in a setting',
      {
        apis: {
          shop: {
            ...shop,
            backends: { ...shop.backends, cart: { bundle: 'bundles/cart', environment: { DB_PASSWORD: 'x' } } },
          },
        },
      },
      'environment variable "DB_PASSWORD" is named like a secret',
    ],
  ];

  test.each(faults)('(%s) is named', (_, changes, message) => {
    const loaded = loadFixture(changes);
    expect(() => synthesize(loaded, join(temporaryFolder(), 'out'))).toThrow(message);
  });

  test.each(faults)('(%s) leaves no folder behind', (_, changes) => {
    const loaded = loadFixture(changes);
    const folder = temporaryFolder();
    expect(() => synthesize(loaded, join(folder, 'out'))).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves the stacks of an earlier synthesis as they are', () => {
    const faulty = loadFixture({
      scopes: { 'tokens:read': 'r', 'tokens:write': 'w', 'teams:write': 't', 'trail:read': 't' },
    });
    const outdir = join(temporaryFolder(), 'out');
    const ids = synthesize(loadFixture(), outdir);
    expect(() => synthesize(faulty, outdir)).toThrow();
    expect(readdirSync(join(outdir, 'stacks')).sort()).toEqual([...ids].sort());
  });
});
