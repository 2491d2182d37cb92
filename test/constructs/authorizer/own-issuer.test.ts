import { ApiDefinition, type ApiDefinitionProps } from '../../../constructs/api';
import { type IssuerOptions, TokenAuthorizer } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support/names';
import { TokenStore } from '../../../constructs/tokens/token-store';
import { packagedFile } from '../../support/package-files';
import { testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const URL = 'https://id.example.com';
const OWN: IssuerOptions = { issuer: URL, audience: [URL], jwksUri: `${URL}/.well-known/jwks.json`, ownIssuer: true };

const define = (id: string, facts: object = {}) => {
  const routes = [{ method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } }];
  return new ApiDefinition({ id, routes, ...facts } as ApiDefinitionProps);
};
const SHOP = define('shop', { publicUrls: ['https://api.example.com/shop'], resourceMetadata: `${URL}/meta/shop` });

function make(issuers: readonly IssuerOptions[], apis = [SHOP], hasStore = true): TokenAuthorizer {
  const stack = testStack();
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  return new TokenAuthorizer(stack, 'A', { ...location, names, apis, issuers, ...(hasStore ? { tokenStore } : {}) });
}

function config(...args: Parameters<typeof make>) {
  return JSON.parse(packagedFile(make(...args), 'config.json'));
}

test('the function is told of the issuer, and of the resource and the metadata of each API', () => {
  const other = define('other', { resource: 'urn:acme:other' });
  expect(config([OWN], [SHOP, other])).toMatchObject({
    issuers: [{ issuer: URL, ownIssuer: true, maxLifetimeSeconds: 3600, types: ['at+jwt', 'application/at+jwt'] }],
    apis: {
      other: { resource: 'urn:acme:other' },
      shop: { resource: 'https://api.example.com/shop', resourceMetadata: `${URL}/meta/shop` },
    },
  });
});

test('takes its keys inline, too', () => {
  const key = {
    kty: 'EC',
    kid: 'k',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  };
  expect(config([{ ...OWN, jwks: { keys: [key] } }])).toMatchObject({ issuers: [{ jwks: { keys: [key] } }] });
});

test('of another issuer the resources of APIs are not the business', () => {
  const { ownIssuer: _, ...foreign } = OWN;
  const written = config([foreign]);
  expect(written.issuers[0]).not.toHaveProperty('ownIssuer');
  expect(written.apis.shop).not.toHaveProperty('resource');
});

const TWICE = [SHOP, define('other', { resource: 'https://api.example.com/shop' })];
test.each<[string, Parameters<typeof make>, string]>([
  ['two of them', [[OWN, { ...OWN, issuer: `${URL}/b` }]], 'several issuers have ownIssuer true, allowed is one'],
  ['applications', [[{ ...OWN, applications: ['shop'] }]], 'issuers[0].applications is given, but must be left out'],
  ['a profile', [[{ ...OWN, profile: 'okta' }]], 'issuers[0].profile is given, but must be left out with ownIssuer'],
  ['other types', [[{ ...OWN, types: ['JWT'] }]], 'issuers[0].types is given, but must be left out with ownIssuer'],
  ['a long life', [[{ ...OWN, maxLifetimeSeconds: 3601 }]], 'issuers[0].maxLifetimeSeconds is 3601'],
  ['no token store', [[OWN], [SHOP], false], 'has ownIssuer true, allowed is that with tokenStore'],
  ['one resource of two APIs', [[OWN], TWICE], 'have the same resource "https://api.example.com/shop"'],
  ['the platform as resource', [[OWN], [define('x', { resource: URL })]], 'which is the audience of the platform'],
])('refuses %s', (_, args, message) => {
  expect(() => make(...args)).toThrow(message);
});
