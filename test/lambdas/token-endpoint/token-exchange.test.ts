import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import { TABLE } from '../token-service/support/token-table';
import { SHOP } from './support/config';
import { ACCESS_TOKEN_TYPE, ADDRESS, basic, claimsOf, EndpointWorld, exchange, NOW } from './support/world';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** What the exchange of a token with a changed record answers. */
async function swap(changes: Parameters<EndpointWorld['token']>[0] = {}, form: Record<string, string> = {}, sent = {}) {
  const { token } = await world.token(changes);
  return world.send(exchange(token, form), sent);
}

const UNACCEPTED = { error: 'invalid_request', error_description: 'the subject token is not accepted' };

test('an API token for an access token, without a client', async () => {
  const { id, token } = await world.token();
  const { status, body } = await world.send(exchange(token));
  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.any(String),
    issued_token_type: ACCESS_TOKEN_TYPE,
    token_type: 'Bearer',
    expires_in: 900,
    scope: 'sales:read sales:write',
  });
  expect(claimsOf(body.access_token)).toEqual({
    iss: 'https://id.example.com',
    aud: 'https://api.example.com',
    sub: `token:${id}`,
    client_id: `token:${id}`,
    src: `token:${id}`,
    jti: expect.any(String),
    scope: 'sales:read sales:write',
    application: 'warehouse',
    team: 'logistics',
    tier: 'gold',
    environment: 'dev',
    iat: NOW,
    exp: NOW + 900,
  });
});

test.each([ACCESS_TOKEN_TYPE, 'urn:gatehouse:params:oauth:token-type:api-token'])(
  'rule 18: the subject token may be of type %s',
  async (subject_token_type) => {
    expect((await swap({}, { subject_token_type })).status).toBe(200);
  },
);

test.each([ACCESS_TOKEN_TYPE, 'urn:ietf:params:oauth:token-type:jwt'])(
  'rule 18: what is asked for may be of type %s, which the answer says',
  async (requested_token_type) => {
    const { body } = await swap({}, { requested_token_type });
    expect(body.issued_token_type).toBe(requested_token_type);
  },
);

test.each([
  ['no subject token', { subject_token: '' }],
  ['no type', { subject_token_type: '' }],
  ['a JWT as subject', { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }],
  ['an ID token as subject', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }],
  ['a refresh token asked for', { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
])('rule 18: %s is an invalid request', async (_, form) => {
  expect((await swap({}, form)).body.error).toBe('invalid_request');
});

test('rule 19, A7: every reason that a subject token is not accepted gives equal bytes', async () => {
  const { token } = await world.token();
  const blocked = { blocked: { reasons: ['cidrs'], since: NOW } };
  const answers = [
    await world.send(exchange('garbage')),
    await world.send(exchange(generateApiToken('acme', 'test').token)),
    await world.send(exchange(generateApiToken('acme', 'live').token)),
    await world.send(exchange(`${token.slice(0, -1)}_`)),
    await swap({ status: 'revoked' }),
    await swap({ status: 'disabled' }),
    await swap(blocked),
    await swap({ expiresAt: NOW }),
    await swap({ notBefore: NOW + 1 }),
    await swap({ environment: 'prod' }),
    await swap({ cidrs: ['198.51.100.0/24'] }),
    await swap({ application: 'gatehouse-administration' }),
  ];
  for (const { status, headers, text } of answers) {
    expect([status, headers, JSON.parse(text)]).toEqual([400, answers[0]?.headers, UNACCEPTED]);
  }
  expect(world.logs.map(({ fields }) => fields.reason)).toEqual(
    [
      'malformed',
      'unknown_token',
      'malformed',
      'malformed',
      'revoked',
      'disabled',
      'blocked',
      'expired',
      'not_yet_valid',
      'wrong_environment',
      'source_address',
      'of an administrator',
    ].map((reason) => `subject token: ${reason}`),
  );
});

test('rule 19, A7: a secret whose grace is over is not accepted, one in its grace is', async () => {
  const { token, id } = await world.token();
  const generation = { hash: world.hash(token), pepperId: 'p1', createdAt: NOW - 100 };
  const newer = { number: 2, hash: 'x'.repeat(43), pepperId: 'p1', createdAt: NOW - 10 };
  await world.token({
    pk: `token#${id}`,
    id,
    generations: [{ number: 1, graceUntil: NOW + 30, ...generation }, newer],
  });
  const { body } = await world.send(exchange(token));
  expect(body.expires_in).toBe(30);
  world.now = NOW + 30;
  expect((await world.send(exchange(token))).body).toEqual(UNACCEPTED);
});

test.each([
  [0, 60],
  [300, 300],
  [86_400, 900],
])(
  'rule 20: by a secret that ends %d s after the first use of a newer one nothing lives longer than %d s',
  async (overlapSeconds, life) => {
    const { token, id } = await world.token();
    const older = {
      number: 1,
      hash: world.hash(token),
      pepperId: 'p1',
      createdAt: NOW - 100,
      overlapSeconds,
      graceUntil: NOW + 3000,
    };
    const newer = { number: 2, hash: 'x'.repeat(43), pepperId: 'p1', createdAt: NOW - 10 };
    await world.token({ pk: `token#${id}`, id, generations: [older, newer] });
    expect((await world.send(exchange(token))).body.expires_in).toBe(life);
    // The use is known: the secret has an end.
    const uses = { 2: { firstAt: NOW - 5, lastAt: NOW - 5 } };
    await world.token({ pk: `token#${id}`, id, generations: [older, newer], uses });
    const { body } = await world.send(exchange(token));
    expect(body.expires_in).toBe(overlapSeconds === 0 ? undefined : Math.min(900, overlapSeconds - 5));
  },
);

test('rule 19: a token is judged for the address of this request', async () => {
  expect((await swap({ cidrs: ['192.0.2.0/24'] }, {}, { sourceIp: ADDRESS })).status).toBe(200);
  expect((await swap({ cidrs: ['192.0.2.0/24'] }, {}, { sourceIp: '198.51.100.1' })).status).toBe(400);
  expect((await swap({ cidrs: ['not a network'] })).status).toBe(400);
});

test('rule 20: scopes only shrink', async () => {
  expect((await swap({}, { scope: 'sales:read' })).body.scope).toBe('sales:read');
  expect((await swap({}, { scope: 'sales:read stock:read' })).body.error).toBe('invalid_scope');
  expect((await swap({}, { scope: 'sales:*' })).body.error).toBe('invalid_scope');
  expect((await swap({}, { resource: SHOP, scope: 'sales:read' })).body.scope).toBe('sales:read');
});

test('rule 20: a wildcard of a token stands for declared scopes, and is in no access token', async () => {
  expect((await swap({ scopes: ['sales:*'] })).body.scope).toBe('sales:read sales:write');
  expect((await swap({ scopes: ['*'] })).body.scope).toBe('sales:read sales:write stock:read tokens:read');
  expect((await swap({ scopes: ['sales:*'] }, { scope: 'sales:export' })).body.scope).toBe('sales:export');
});

test('rule 20: what is exchanged changes nothing of the platform itself', async () => {
  expect((await swap({ scopes: ['*'] }, { scope: 'applications:write' })).body.error).toBe('invalid_scope');
  expect((await swap({ scopes: ['applications:write'] })).body.error).toBe('invalid_scope');
});

test.each([
  ['the end of the token', { expiresAt: NOW + 100 }, 100],
  ['the end of the token, in a fraction', { expiresAt: NOW + 100.9 }, 100],
  ['900 s', {}, 900],
])('rule 20: an access token lives until %s at most', async (_, changes, expected) => {
  const { body } = await swap(changes);
  expect([body.expires_in, claimsOf(body.access_token).exp]).toEqual([expected, NOW + expected]);
});

test('rule 20: a token of networks gives an access token of these networks', async () => {
  const { body } = await swap({ cidrs: ['192.0.2.0/24', '2001:db8::/32'] });
  expect(claimsOf(body.access_token).cidrs).toEqual(['192.0.2.0/24', '2001:db8::/32']);
});

test('rule 20: an address outside the platform is an invalid target', async () => {
  expect((await swap({}, { resource: 'https://elsewhere.example' })).body.error).toBe('invalid_target');
  expect((await swap({}, { audience: 'https://elsewhere.example' })).body.error).toBe('invalid_target');
  expect((await swap({}, { audience: SHOP, resource: 'https://api.example.com' })).body.error).toBe('invalid_target');
  expect(claimsOf((await swap({}, { audience: SHOP })).body.access_token).aud).toBe(SHOP);
});

test('rule 21: a client may authenticate, and must be of the same application and registered for the grant', async () => {
  const by = async (changes: object) => {
    const { id, secret } = await world.client(changes);
    return { id, sent: { headers: { Authorization: basic(id, secret) } } };
  };
  const own = await by({});
  const { body } = await swap({}, {}, own.sent);
  expect(claimsOf(body.access_token)).toMatchObject({ client_id: own.id, src: expect.stringMatching(/^token:/) });
  expect((await swap({}, {}, (await by({ application: 'other' })).sent)).body).toEqual(UNACCEPTED);
  expect((await swap({}, {}, (await by({ grants: ['client_credentials'] })).sent)).body.error).toBe(
    'unauthorized_client',
  );
  const wrong = { headers: { Authorization: basic(own.id, 'wrong') } };
  expect((await swap({}, {}, wrong)).body.error).toBe('invalid_client');
});

test('rule 21: a bare client_id may name the token itself, and no client', async () => {
  const { id, token } = await world.token();
  const other = await world.client();
  expect((await world.send(exchange(token, { client_id: `token:${id}` }))).status).toBe(200);
  for (const client_id of ['token:AAAAAAAAAAAAAAAA', id, other.id, 'x']) {
    expect((await world.send(exchange(token, { client_id }))).body.error).toBe('invalid_client');
  }
});

test.each([{ actor_token: 'x' }, { actor_token_type: ACCESS_TOKEN_TYPE }])('rule 21: refused is %p', async (form) => {
  expect((await swap({}, form)).body.error).toBe('invalid_request');
});

test('rule 21, A7: an access token is no subject token: there is no chain', async () => {
  const { body } = await swap();
  for (const subject_token_type of [ACCESS_TOKEN_TYPE, 'urn:gatehouse:params:oauth:token-type:api-token']) {
    expect((await world.send(exchange(body.access_token, { subject_token_type }))).body).toEqual(UNACCEPTED);
  }
});

test('rule 21: a client secret is no subject token', async () => {
  const { secret } = await world.client();
  expect((await world.send(exchange(secret))).body).toEqual(UNACCEPTED);
});

test.each([
  ['revoked', { status: 'revoked' }, undefined],
  ['disabled', { status: 'disabled' }, undefined],
  ['cut in its scopes', { scopes: ['sales:read'] }, 'sales:read'],
  ['cut in its networks', { cidrs: ['198.51.100.0/24'] }, undefined],
])('rule 22: the next exchange shows that a token was %s', async (_, change, scope) => {
  const { token, id } = await world.token();
  expect((await world.send(exchange(token))).status).toBe(200);
  const [[name = '', value] = []] = Object.entries(change);
  await world.table.client.send(
    new UpdateCommand({
      TableName: TABLE,
      Key: { pk: `token#${id}` },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
  expect((await world.send(exchange(token))).body.scope).toBe(scope);
});

test.each([
  ['by its id', (id: string) => ({ kind: 'token', value: id })],
  ['by its application', () => ({ kind: 'client', value: 'warehouse' })],
])('rule 22: the next exchange shows that the set refuses a token %s', async (_, entry) => {
  const { token, id } = await world.token();
  expect((await world.send(exchange(token))).status).toBe(200);
  const named = { e: { id: 'e', ...entry(id), until: NOW + 1000, createdAt: NOW, createdBy: 'x' } };
  await world.put({ pk: 'revocations', entity: 'revocations', named, version: 1 });
  expect((await world.send(exchange(token))).body).toEqual(UNACCEPTED);
  await world.put({ pk: 'revocations', entity: 'revocations', named: {}, version: 2 });
  expect((await world.send(exchange(token))).status).toBe(200);
});

test('a damaged set of revocations is 503, and no token', async () => {
  await world.put({ pk: 'revocations', entity: 'revocations', version: 1 });
  const { status, body } = await swap();
  expect([status, body]).toEqual([503, { error: 'temporarily_unavailable', error_description: expect.any(String) }]);
  await world.put({ pk: 'revocations', entity: 'revocations', named: {}, version: 2 });
});

test('what a token was derived from is marked in the access token, so that a revocation of it ends that, too', async () => {
  const ancestor = {
    authMethod: 'api_token',
    issuer: 'urn:gatehouse:platform:dev',
    subject: 'ancestorAAAAAAAA',
    tokenId: 'ancestorAAAAAAAA',
    issuedAt: 1,
  } as const;
  const { body } = await swap({ ancestors: [ancestor] });
  expect(claimsOf(body.access_token).lineage).toEqual([expect.stringMatching(/^[\w-]{8}$/)]);
});

test('rule 23: usage key and networks of the record are in no answer, and the application that is metered is in the token', async () => {
  const { text, body } = await swap();
  expect(text).not.toContain('usage-key-value');
  expect(JSON.stringify(claimsOf(body.access_token))).not.toContain('usage-key-value');
  expect(claimsOf(body.access_token)).toMatchObject({ application: 'warehouse', tier: 'gold' });
});
