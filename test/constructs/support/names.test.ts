import { functionLogGroup, Names } from '../../../constructs/support/names';

const names = new Names('acme', 'prod');

test.each([
  ['authorizer', names.authorizer, 'acme-prod-authorizer'],
  ['token service', names.tokenService, 'acme-prod-token-service'],
  ['token table', names.tokenTable, 'acme-prod-tokens'],
  ['pepper', names.pepperSecret, 'acme-prod-pepper'],
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
