import { SHOP, STOCK } from './support/config';
import { basic, CREDENTIALS, claimsOf, EndpointWorld } from './support/world';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** What a client with some scopes gets for a request: the scopes and the audience, or the error. */
async function ask(
  form: Record<string, string>,
  client: { scopes?: string[]; resources?: string[]; cidrs?: string[] } = {},
) {
  const { id, secret } = await world.client(client);
  const { body } = await world.send({ ...CREDENTIALS, ...form }, { headers: { Authorization: basic(id, secret) } });
  return body.error ?? [body.scope, claimsOf(body.access_token).aud];
}

const PLATFORM = 'https://api.example.com';

test('rule 5: without a scope the client gets its own', async () => {
  expect(await ask({})).toEqual(['sales:read sales:write stock:read', PLATFORM]);
});

test('rule 5: it may ask for less, in any order, and gets no scope twice', async () => {
  expect(await ask({ scope: 'stock:read sales:read stock:read' })).toEqual(['sales:read stock:read', PLATFORM]);
});

test.each([
  'sales:read tokens:read',
  'sales:*',
  '*',
  'unknown:scope',
  'sales:read  sales:write',
  ' sales:read',
  'sales:"read"',
  'constructor',
])('rule 5, A6: more than is granted, or malformed, is an invalid scope: %p', async (scope) => {
  expect(await ask({ scope })).toBe('invalid_scope');
});

test('rule 5: a scope that the platform does not declare any more is not in a token', async () => {
  expect(await ask({}, { scopes: ['sales:read', 'gone:read'] })).toEqual(['sales:read', PLATFORM]);
  expect(await ask({ scope: 'gone:read' }, { scopes: ['sales:read', 'gone:read'] })).toBe('invalid_scope');
});

test('rule 5: a declared wildcard covers exact scopes', async () => {
  expect(await ask({}, { scopes: ['sales:export'] })).toEqual(['sales:export', PLATFORM]);
});

test('rule 5: an empty result is an invalid scope', async () => {
  expect(await ask({}, { scopes: [] })).toBe('invalid_scope');
  expect(await ask({ resource: STOCK }, { scopes: ['sales:read'] })).toBe('invalid_scope');
});

test('rule 5: a token for a resource has the scopes that it knows', async () => {
  expect(await ask({ resource: SHOP })).toEqual(['sales:read sales:write', SHOP]);
  expect(await ask({ resource: STOCK, scope: 'stock:read' })).toEqual(['stock:read', STOCK]);
  expect(await ask({ resource: STOCK, scope: 'sales:read' })).toBe('invalid_scope');
});

test.each([
  'https://unknown.example.com',
  `${SHOP}/`,
  `${SHOP}#fragment`,
  '/shop',
  'shop',
  'constructor',
  `${SHOP} ${STOCK}`,
])('rule 5: %p is an invalid target', async (resource) => {
  expect(await ask({ resource })).toBe('invalid_target');
});

test('rule 5: one resource, and not several', async () => {
  const { id, secret } = await world.client();
  const { body } = await world.send(
    [
      ['grant_type', 'client_credentials'],
      ['resource', SHOP],
      ['resource', STOCK],
    ],
    { headers: { Authorization: basic(id, secret) } },
  );
  expect(body.error).toBe('invalid_target');
});

test('a client that may ask for some resources gets no token for another, and none for all', async () => {
  expect(await ask({ resource: STOCK }, { resources: [SHOP] })).toBe('invalid_target');
  expect(await ask({ resource: PLATFORM }, { resources: [SHOP] })).toBe('invalid_target');
  expect(await ask({}, { resources: [SHOP] })).toEqual(['sales:read sales:write', SHOP]);
  expect(await ask({}, { resources: [SHOP, STOCK] })).toBe('invalid_target');
  expect(await ask({}, { resources: [] })).toBe('invalid_target');
});

test('the platform itself may be named as resource', async () => {
  expect(await ask({ resource: PLATFORM })).toEqual(['sales:read sales:write stock:read', PLATFORM]);
});

test('what reaches beyond a token is granted by its own name, and not to a client that is bound to networks', async () => {
  const scopes = ['applications:write', 'tokens:read'];
  expect(await ask({}, { scopes })).toEqual(['applications:write tokens:read', PLATFORM]);
  expect(await ask({}, { scopes, cidrs: ['192.0.2.0/24'] })).toEqual(['tokens:read', PLATFORM]);
  expect(await ask({ scope: 'applications:write' }, { scopes, cidrs: ['192.0.2.0/24'] })).toBe('invalid_scope');
});
