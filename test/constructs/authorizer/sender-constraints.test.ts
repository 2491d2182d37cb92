import { ApiDefinition, type ApiDefinitionProps } from '../../../constructs/api';
import type { IssuerOptions } from '../../../constructs/authorizer';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer/token-authorizer';
import { Names } from '../../../constructs/support/names';
import { packagedFile } from '../../support/package-files';
import { testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const ISSUER = { issuer: 'https://i.example/', audience: ['https://a.example'], jwksUri: 'https://i.example/jwks' };

const define = (facts: object) =>
  new ApiDefinition({
    id: 'shop',
    routes: [{ method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } }],
    resultCacheSeconds: 0,
    ...facts,
  } as ApiDefinitionProps);

function config(issuer: { senderConstraints?: unknown }, api: object = {}, props: object = {}) {
  const all: TokenAuthorizerProps = {
    account: '123456789012',
    region: 'eu-central-1',
    names: new Names('acme', 'prod'),
    apis: [define({ senderConstraints: issuer.senderConstraints ?? [], ...api })],
    issuers: [{ ...ISSUER, ...issuer } as IssuerOptions],
    ...props,
  };
  return JSON.parse(packagedFile(new TokenAuthorizer(testStack(), 'Authorizer', all), 'config.json'));
}

const BOUND = { senderConstraints: ['dpop', 'mtls'] };

test('are packed with what proofs must be', () => {
  const packed = config(BOUND);
  expect(packed.issuers[0].senderConstraints).toEqual(['dpop', 'mtls']);
  expect(packed.dpop).toEqual({
    algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'],
    maxAgeSeconds: 60,
    leewaySeconds: 5,
  });
});

test('given values for proofs win over the defaults', () => {
  const dpop = { maxAgeSeconds: 30, leewaySeconds: 0 };
  expect(config(BOUND, { dpopAlgorithms: ['ES256'] }, { dpop }).dpop).toEqual({ algorithms: ['ES256'], ...dpop });
});

test('without them nothing is packed', () => {
  expect(config({})).not.toHaveProperty('dpop');
});

test('the public addresses of an API are packed', () => {
  const publicUrls = ['https://api.example.com/shop', 'http://127.0.0.1:8787/shop/dev'];
  expect(config(BOUND, { publicUrls }).apis.shop.publicUrls).toEqual(publicUrls);
});

test.each<[string, { senderConstraints?: unknown }, object, object, RegExp]>([
  ['another constraint', { senderConstraints: ['dpop', 'ip'] }, {}, {}, /senderConstraints holds "ip"/],
  [
    'an API that keeps results',
    BOUND,
    { resultCacheSeconds: 60, senderConstraints: [] },
    {},
    /every API keeps authorizer results/,
  ],
  ['a symmetric algorithm', BOUND, { dpopAlgorithms: ['HS256'] }, {}, /dpopAlgorithms is \["HS256"\]/],
  ['no algorithm', BOUND, { dpopAlgorithms: [] }, {}, /dpopAlgorithms is \[\]/],
  ['old proofs', BOUND, {}, { dpop: { maxAgeSeconds: 301 } }, /dpop.maxAgeSeconds is 301/],
  ['a wide clock', BOUND, {}, { dpop: { leewaySeconds: 61 } }, /dpop.leewaySeconds is 61/],
  ['plain http', BOUND, { publicUrls: ['http://api.example.com'] }, {}, /publicUrls has "http:\/\/api.example.com"/],
  ['a query', BOUND, { publicUrls: ['https://api.example.com/?a'] }, {}, /publicUrls has/],
  ['user information', BOUND, { publicUrls: ['https://u@api.example.com/'] }, {}, /publicUrls has/],
])('refuses %s', (_, issuer, api, props, message) => {
  expect(() => config(issuer, api, props)).toThrow(message);
});
