import { functionLogGroup, Names } from '../../../constructs/support/names';

const names = new Names('acme', 'prod');

test.each([
  ['authorizer', names.authorizer, 'acme-prod-authorizer'],
  ['token service', names.tokenService, 'acme-prod-token-service'],
  ['token table', names.tokenTable, 'acme-prod-tokens'],
  ['pepper', names.pepperSecret, 'acme-prod-pepper'],
  ['trail table', names.trailTable, 'acme-prod-trail'],
  ['token sweeper', names.tokenSweeper, 'acme-prod-token-sweeper'],
  ['trail sealer', names.trailSealer, 'acme-prod-trail-sealer'],
  ['trail key', names.trailKeyAlias, 'alias/acme-prod-trail'],
  ['trail signing key', names.trailSigningKeyAlias, 'alias/acme-prod-trail-signing'],
  [
    'trail bucket',
    names.trailBucket({ account: '123456789012', region: 'eu-west-1' }),
    'acme-prod-trail-123456789012-eu-west-1',
  ],
  ['key alias', names.keyAlias, 'alias/acme-prod-platform'],
  ['REST API', names.restApi('shop'), 'acme-prod-shop'],
  ['backend', names.backend('shop', 'cart'), 'acme-prod-shop-cart'],
  ['usage plan', names.usagePlan('shop', 'free'), 'acme-prod-shop-free'],
  ['dashboard', names.dashboard('shop', 'eu-west-1'), 'acme-prod-shop-eu-west-1'],
  ['alarm', names.alarm('shop', 'errors'), 'acme-prod-shop-errors'],
  ['access log', names.accessLogGroup('shop'), '/aws/apigateway/acme-prod-shop/access'],
  ['function log', functionLogGroup('f'), '/aws/lambda/f'],
])('name of the %s', (_, actual, expected) => {
  expect(actual).toBe(expected);
});

test('the longest name of a bucket has the 63 characters that S3 takes', () => {
  const longest = new Names('abcdefghijklmnop', 'abcdefghijkl');
  expect(longest.trailBucket({ account: '123456789012', region: 'ap-southeast-2' })).toHaveLength(63);
});
