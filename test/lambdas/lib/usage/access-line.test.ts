import { parseAccessLine } from '../../../../lambdas/lib/usage/access-line';
import { type Context, lineOf, requestAt } from '../../usage-aggregator/support/lines';

const NOW = 1_800_000_000_000;
const parse = (more: Context = {}) => parseAccessLine('event-1', lineOf(requestAt(NOW, more)), NOW);

test('a line of an API token has the token, the generation, the scopes and the place of the call', () => {
  expect(parse()).toEqual({
    id: 'event-1',
    at: NOW,
    restApiId: 'abcdefghij',
    route: 'GET /v1/sales',
    status: 200,
    latency: 42,
    address: '192.0.2.7',
    userAgent: 'curl/8.5.0',
    tokenId: 'AbCdEfGhIjKlMnOp',
    generation: 1,
    scopes: ['sales:read'],
  });
});

test('a line without a credential has no caller, and the type of the gateway response', () => {
  const line = parse({
    status: 401,
    'error.responseType': 'UNAUTHORIZED',
    'authorizer.authMethod': undefined,
    'authorizer.tokenId': undefined,
    'authorizer.application': undefined,
    'authorizer.secretGeneration': undefined,
    'authorizer.scopes': undefined,
  });
  expect(line).toMatchObject({ status: 401, errorType: 'UNAUTHORIZED', scopes: [] });
  expect(line).not.toHaveProperty('tokenId');
  expect(line).not.toHaveProperty('application');
});

test('an access token counts for its application, never under its own id', () => {
  const line = parse({ 'authorizer.authMethod': 'access_token' });
  expect(line).toMatchObject({ application: 'dashboard' });
  expect(line).not.toHaveProperty('tokenId');
});

test.each([
  ['is cut', lineOf(requestAt(NOW)).slice(0, 200)],
  ['is not JSON', 'hello'],
  ['is another value', '17'],
  ['is of another version', lineOf(requestAt(NOW)).replace('"v":1', '"v":2')],
  ['has - for its status', lineOf(requestAt(NOW, { status: undefined }))],
  ['has - for its time', lineOf(requestAt(NOW, { requestTimeEpoch: undefined }))],
  ['has no API', lineOf(requestAt(NOW, { apiId: undefined }))],
  ['is of tomorrow', lineOf(requestAt(NOW + 86_400_000))],
])('a line that %s is none', (_, message) => {
  expect(parseAccessLine('event-1', message, NOW)).toBeUndefined();
});

test('a user agent is cut at 200 characters, without half a character, and left out when it hides characters', () => {
  expect(parse({ 'identity.userAgent': `${'a'.repeat(199)}😀` })?.userAgent).toBe('a'.repeat(199));
  expect(parse({ 'identity.userAgent': 'curl\u202e' })).not.toHaveProperty('userAgent');
});

test('what is no address is none', () => {
  expect(parse({ 'identity.sourceIp': 'test-invoke-source-ip' })).not.toHaveProperty('address');
  expect(parse({ 'identity.sourceIp': '2001:db8::1' })?.address).toBe('2001:db8::1');
});

test('a request that met no route has none', () => {
  expect(parse({ resourcePath: undefined })?.route).toBe('-');
});
