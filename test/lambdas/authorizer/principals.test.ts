import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import { readCaller } from '../../../lambdas/lib/caller';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  type Claims,
  ISSUER,
  issuerConfig,
  rsaKey,
  testPorts,
} from './support/access-tokens';
import { apiHarness, eventFor } from './support/harness';

const OTHER = 'https://other.example.com/';
const mine = rsaKey('r1');
const theirs = rsaKey('r1');

/** The first issuer speaks for the application `reports`, the second for what is given. */
function setUp(applications?: Readonly<Record<string, string>>) {
  const ports = testPorts();
  ports.items.set('application#reports', {
    pk: 'application#reports',
    entity: 'application',
    application: 'reports',
    team: 'finance',
    tier: 'gold',
    usageKey: 'usage-key-of-reports',
  });
  const config = authorizerConfig([
    issuerConfig([mine]),
    issuerConfig([theirs], { issuer: OTHER, applications: applications ?? {} }),
  ]);
  const authorize = createAuthorizer(config, ports);
  return {
    ports,
    async ask(key = mine, claims: Claims = {}) {
      const result = await authorize(bearerEvent(accessToken(key, { claims })));
      const { context } = result;
      return { result, caller: readCaller({ requestContext: { authorizer: context } }) };
    },
  };
}

test('two issuers, one subject: two principals, in the policy, the context and the caller', async () => {
  const { ask } = setUp();
  const one = await ask(mine, { sub: 'user-17' });
  const other = await ask(theirs, { sub: 'user-17', iss: OTHER });

  expect(one.result).toMatchObject({ principalId: `access_token|${ISSUER}|user-17`, context: { issuer: ISSUER } });
  expect(other.result).toMatchObject({ principalId: `access_token|${OTHER}|user-17`, context: { issuer: OTHER } });
  expect(one.caller).toMatchObject({ authMethod: 'access_token', issuer: ISSUER, subject: 'user-17' });
  expect(other.caller).toMatchObject({ authMethod: 'access_token', issuer: OTHER, subject: 'user-17' });
  expect(one.caller.principal).not.toBe(other.caller.principal);
});

test.each<[string, Claims]>([
  ['the text of a principal of another issuer', { sub: `access_token|${ISSUER}|user-17` }],
  ['the text of an API token', { sub: 'api_token|urn:gatehouse:platform:dev|4fTq9LmZ0aRb7XcD' }],
  ['the public id of an API token', { sub: '4fTq9LmZ0aRb7XcD' }],
  ['the name that administrators used to have', { sub: 'direct-invocation', jti: 'direct-invocation' }],
  ['separators at both ends', { sub: `|${ISSUER}|user-17|` }],
])('an issuer that gives a subject %s names its own subject alone', async (_, claims) => {
  const { ask } = setUp();
  const { caller } = await ask(theirs, { ...claims, iss: OTHER });
  expect(caller).toMatchObject({ authMethod: 'access_token', issuer: OTHER, subject: claims.sub });
  expect(caller.principal).toBe(`access_token|${OTHER}|${claims.sub}`);
});

test('an API token is the principal of its public id, whatever its application', async () => {
  const { authorize, issue } = apiHarness();
  const [one, other] = [issue(), issue()];
  const contexts = [];
  for (const token of [one, other]) {
    const { context } = await authorize(eventFor(`Bearer ${token}`));
    contexts.push(readCaller({ requestContext: { authorizer: context } }));
  }
  expect(contexts.map(({ application }) => application)).toEqual(['homepage', 'homepage']);
  expect(contexts.map(({ subject, tokenId }) => subject === tokenId)).toEqual([true, true]);
  expect(contexts[0]?.principal).not.toBe(contexts[1]?.principal);
});

describe('an application', () => {
  test('is spoken for by the issuer that is bound to it', async () => {
    const { result, caller } = await setUp().ask();
    expect(caller).toMatchObject({ application: 'reports', clientId: 'reports', team: 'finance', tier: 'gold' });
    expect(result).toMatchObject({ usageIdentifierKey: 'usage-key-of-reports' });
  });

  test.each<[string, Claims]>([
    ['a client id that is its name', { client_id: 'reports' }],
    ['a subject that is its name', { sub: 'reports', client_id: 'x' }],
    ['a client id of the name of a member that every object has', { client_id: 'constructor' }],
    ['the client id __proto__', { client_id: '__proto__' }],
  ])('is not spoken for by an issuer that is bound to none, with %s', async (_, claims) => {
    const { ask, ports } = setUp();
    const { result, caller } = await ask(theirs, { iss: OTHER, ...claims });
    expect(caller).not.toHaveProperty('application');
    expect(caller).not.toHaveProperty('team');
    expect(caller).not.toHaveProperty('tier');
    expect(caller.clientId).toBe(claims.client_id);
    expect(result).not.toHaveProperty('usageIdentifierKey');
    expect(ports.reads.filter((key) => key.startsWith('application#'))).toEqual([]);
  });

  test('is found by the client id that the configuration maps to it, and by no other', async () => {
    const { ask } = setUp({ 'Client 1': 'reports', ['__proto__']: 'reports' });
    expect((await ask(theirs, { iss: OTHER, client_id: 'Client 1' })).caller).toMatchObject({ application: 'reports' });
    expect((await ask(theirs, { iss: OTHER, client_id: '__proto__' })).caller).toMatchObject({
      application: 'reports',
    });
    expect((await ask(theirs, { iss: OTHER, client_id: 'reports' })).caller).not.toHaveProperty('application');
    expect((await ask(theirs, { iss: OTHER, client_id: 'client 1' })).caller).not.toHaveProperty('application');
  });

  test('is named where it is bound and not registered, without a usage key', async () => {
    const { result, caller } = await setUp({ app: 'unregistered' }).ask(theirs, { iss: OTHER, client_id: 'app' });
    expect(caller).toMatchObject({ application: 'unregistered' });
    expect(result).not.toHaveProperty('usageIdentifierKey');
  });
});

describe.each(['sub', 'client_id', 'jti'])('a token whose %s', (claim) => {
  test.each([
    ['half of a surrogate pair', 'user\ud800'],
    ['a right-to-left override', 'user\u202e71'],
    ['an isolate', 'user\u206617\u2069'],
    ['an Arabic letter mark', 'user\u061c17'],
    ['a zero-width space', 'user\u200b17'],
    ['a byte order mark', '\ufeffuser-17'],
    ['a control character', 'user\u000717'],
  ])('holds %s is refused with 401', async (_, text) => {
    const { ask, ports } = setUp();
    await expect(ask(mine, { [claim]: text })).rejects.toThrow(/^Unauthorized$/);
    expect(ports.decisions.map(({ reason }) => reason)).not.toContain('ok');
  });

  test('is in another script is accepted', async () => {
    expect((await setUp().ask(mine, { [claim]: '販売-مبيعات' })).caller).toBeDefined();
  });
});
