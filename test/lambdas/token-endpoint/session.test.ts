import { personSubject } from '../../../lambdas/lib/person';
import { SHOP } from './support/config';
import { claimsOf, EndpointWorld, NOW } from './support/world';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const SESSION = { id: 'session-1', issuer: 'https://login.example.com', subject: 'anna' };
const EVENT = { action: 'mintSessionToken', session: SESSION, scopes: ['sales:read'] };

test('the token of a session: by direct invocation, for five minutes', async () => {
  const session = { ...SESSION, authTime: NOW - 60, acr: 'mfa', amr: ['pwd', 'otp'] };
  const { access_token, ...rest } = await world.invoke({ ...EVENT, session });
  expect(rest).toEqual({ token_type: 'Bearer', expires_in: 300, scope: 'sales:read' });
  expect(claimsOf(access_token)).toEqual({
    iss: 'https://id.example.com',
    aud: 'https://api.example.com',
    sub: expect.stringMatching(/^user:[\w-]{22}$/),
    client_id: 'session-keeper',
    src: 'session:session-1',
    jti: expect.any(String),
    scope: 'sales:read',
    auth_time: NOW - 60,
    acr: 'mfa',
    amr: ['pwd', 'otp'],
    environment: 'dev',
    iat: NOW,
    exp: NOW + 300,
  });
});

test('a resource and a shorter life may be asked for', async () => {
  const { access_token, expires_in } = await world.invoke({ ...EVENT, resource: SHOP, lifetimeSeconds: 60 });
  expect([expires_in, claimsOf(access_token).aud]).toEqual([60, SHOP]);
});

test('A8: a subject is that of its issuer, and never that of a client', () => {
  const subjects = [
    personSubject({ issuer: 'https://a.example', subject: 'anna' }),
    personSubject({ issuer: 'https://b.example', subject: 'anna' }),
    personSubject({ issuer: 'https://a.example', subject: 'otto' }),
    personSubject({ issuer: 'https://a.exampl', subject: 'eanna' }),
  ];
  expect(new Set(subjects).size).toBe(4);
  expect(subjects.every((subject) => subject.startsWith('user:'))).toBe(true);
});

test.each([
  ['session', { session: undefined }],
  ['session.id', { session: { ...SESSION, id: 'a/b' } }],
  ['session.id', { session: { ...SESSION, id: '*' } }],
  ['session.issuer', { session: { ...SESSION, issuer: 'a\0b' } }],
  ['session.subject', { session: { ...SESSION, subject: '' } }],
  ['session.authTime', { session: { ...SESSION, authTime: 'now' } }],
  ['session.amr', { session: { ...SESSION, amr: 'pwd' } }],
  ['scopes', { scopes: [] }],
  ['scopes', { scopes: ['sales:read sales:write'] }],
  ['lifetimeSeconds', { lifetimeSeconds: 301 }],
  ['lifetimeSeconds', { lifetimeSeconds: 0 }],
])('an event with a wrong %s is refused, and not quoted', async (name, change) => {
  await expect(world.invoke({ ...EVENT, ...change })).rejects.toThrow(name);
});

test.each(['unknown:scope', 'sales:*', '*'])('the scope %s is in no token of a session', async (scope) => {
  await expect(world.invoke({ ...EVENT, scopes: [scope] })).rejects.toThrow('a scope is asked for');
});

test('nothing of it can come through the gateway', async () => {
  for (const event of [
    { ...EVENT, requestContext: {} },
    { ...EVENT, httpMethod: 'POST' },
  ]) {
    await expect(world.invoke(event)).rejects.toThrow('unsupported event');
  }
  const { status } = await world.send(
    {},
    { body: JSON.stringify(EVENT), headers: { 'Content-Type': 'application/json' } },
  );
  expect(status).toBe(415);
});
