import { findAddress } from '../../../sandbox/gateway/addressing';
import type { RestApi } from '../../../sandbox/gateway/model';

const api = (name: string) =>
  ({ id: `${name}0000000`.slice(0, 10), api: name, region: 'eu-west-1', stage: { name: 'dev' } }) as RestApi;
const APIS = [api('shop'), api('identity')];
const place = (path: string, host = '127.0.0.1:8787') => {
  const found = findAddress(APIS, host, path);
  return found && [found.api.api, found.path];
};

test('an API and its stage are named by the path, or by the host that they have on AWS', () => {
  expect(place('/shop/dev/v1/orders')).toEqual(['shop', '/v1/orders']);
  expect(place('/shop/dev')).toEqual(['shop', '/']);
  expect(place('/restapis/shop000000/dev/_user_request_/v1')).toEqual(['shop', '/v1']);
  expect(place('/dev/v1', 'shop000000.execute-api.eu-west-1.amazonaws.com')).toEqual(['shop', '/v1']);
  expect(place('/shop/prod/v1')).toBeUndefined();
});

test('metadata of an issuer whose address has a path are where RFC 8414 (3.1) looks for them, and below that path', () => {
  const name = '/.well-known/oauth-authorization-server';
  expect(place(`${name}/identity/dev`)).toEqual(['identity', name]);
  expect(place(`/identity/dev${name}`)).toEqual(['identity', name]);
});

test.each([
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/identity',
  '/.well-known/oauth-authorization-server/identity/prod',
  '/.well-known/oauth-authorization-server/other/dev',
  '/.well-known/oauth-authorization-server/identity/dev/oauth2/token',
])('%s leads nowhere', (path) => {
  expect(place(path)).toBeUndefined();
});
