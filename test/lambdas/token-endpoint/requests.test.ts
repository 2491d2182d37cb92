import { basic, CREDENTIALS, claimsOf, EndpointWorld, exchange } from './support/world';

let world: EndpointWorld;
let id: string;
let secret: string;
beforeAll(async () => {
  world = await EndpointWorld.start();
  ({ id, secret } = await world.client());
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const authorized = (more: Record<string, string> = {}) => ({ headers: { Authorization: basic(id, secret), ...more } });

test('rule 2: an answer says type, life and scope of the token, and nobody keeps it', async () => {
  const { status, headers, body } = await world.send(CREDENTIALS, authorized());
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'content-type': 'application/json',
  });
  expect(body).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 600,
    scope: 'sales:read sales:write stock:read',
  });
});

test('the claims of a token of client credentials', async () => {
  const { body } = await world.send(CREDENTIALS, authorized());
  const [header = ''] = body.access_token.split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'ES256',
    kid: world.keys[0]?.kid,
    typ: 'at+jwt',
  });
  expect(claimsOf(body.access_token)).toEqual({
    iss: 'https://id.example.com',
    aud: 'https://api.example.com',
    sub: `app:${id}`,
    client_id: id,
    jti: expect.stringMatching(/^[0-9A-Za-z]{16}$/),
    scope: 'sales:read sales:write stock:read',
    src: `client:${id}`,
    application: 'warehouse',
    environment: 'dev',
    iat: world.now,
    exp: world.now + 600,
  });
});

test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('rule 1: %s is answered with 405', async (method) => {
  const { status, headers } = await world.send(CREDENTIALS, { ...authorized(), method });
  expect([status, headers.allow, headers['cache-control']]).toEqual([405, 'POST', 'no-store']);
});

test.each([
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded; charset=latin1',
])('rule 1: the content type %s is answered with 415', async (type) => {
  const { status, body } = await world.send(CREDENTIALS, authorized({ 'Content-Type': type }));
  expect([status, body.error]).toEqual([415, 'invalid_request']);
});

test('rule 1: a body of more than 16 kB is answered with 413, and one of 16 kB is read', async () => {
  const pad = (length: number) => `grant_type=client_credentials&x=${'x'.repeat(length - 32)}`;
  expect((await world.send({}, { ...authorized(), body: pad(16_385) })).status).toBe(413);
  expect((await world.send({}, { ...authorized(), body: pad(16_384) })).status).toBe(200);
});

test.each([
  ['a parameter twice', 'grant_type=client_credentials&scope=sales%3Aread&scope=sales%3Aread'],
  ['an unknown parameter twice', 'grant_type=client_credentials&x=1&x=2'],
  ['a parameter twice, once without a value', 'grant_type=client_credentials&scope=&scope=sales%3Aread'],
  ['a malformed escape', 'grant_type=client_credentials&scope=%zz'],
  ['an escape that is no UTF-8', 'grant_type=client_credentials&scope=%ff'],
  ['a control character', 'grant_type=client_credentials&scope=sales%00'],
])('rule 1: %s is an invalid request', async (_, body) => {
  const answer = await world.send({}, { ...authorized(), body });
  expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  expect(world.reads).toEqual([]);
});

test('rule 1: parameters in the query are refused', async () => {
  const query = { client_id: id, client_secret: secret };
  const { status, body } = await world.send(CREDENTIALS, { query });
  expect([status, body.error]).toEqual([400, 'invalid_request']);
});

test('rule 1: a header that stands twice is refused', async () => {
  const { status } = await world.send(CREDENTIALS, {
    headers: { Authorization: basic(id, secret), authorization: basic(id, 'other') },
  });
  expect(status).toBe(400);
});

test('rule 1: a parameter without a value counts as absent, and an unknown one is ignored', async () => {
  const { status, body } = await world.send({ ...CREDENTIALS, scope: '', resource: '', unknown: 'x' }, authorized());
  expect([status, body.scope]).toEqual([200, 'sales:read sales:write stock:read']);
});

test('a body in base64 is read', async () => {
  const event = { ...authorized(), body: Buffer.from('grant_type=client_credentials').toString('base64') };
  const endpoint = world.newEndpoint();
  const { status } = await world.send({}, event, (sent) => endpoint({ ...(sent as object), isBase64Encoded: true }));
  expect(status).toBe(200);
});

test.each(['password', 'implicit', 'authorization_code', 'refresh_token', 'constructor', '__proto__'])(
  'rule 6: the grant type %s is not supported',
  async (grant_type) => {
    const { status, body } = await world.send({ grant_type, username: 'x', password: 'y' }, authorized());
    expect([status, body.error]).toEqual([400, 'unsupported_grant_type']);
  },
);

test('rule 6: a client that is not registered for a grant gets nothing by it', async () => {
  const other = await world.client({ grants: ['urn:ietf:params:oauth:grant-type:token-exchange'] });
  const { status, body } = await world.send(CREDENTIALS, { headers: { Authorization: basic(other.id, other.secret) } });
  expect([status, body.error]).toEqual([400, 'unauthorized_client']);
});

test('rule 8: no answer has a refresh token', async () => {
  const { token } = await world.token();
  for (const form of [CREDENTIALS, exchange(token)]) {
    const { status, body } = await world.send({ ...form, scope: 'sales:read' }, authorized());
    expect([status, 'refresh_token' in body]).toEqual([200, false]);
  }
});

test('A28: neither secret nor token is in a log line, and no answer quotes what was sent', async () => {
  const { token } = await world.token();
  const answers = [
    await world.send({ ...CREDENTIALS, scope: 'quoted-input' }, authorized()),
    await world.send({ ...CREDENTIALS, resource: 'https://quoted-input.example' }, authorized()),
    await world.send({ grant_type: 'quoted-input' }, authorized()),
    await world.send(exchange(`${token}quoted-input`), {}),
    await world.send(CREDENTIALS, { headers: { Authorization: basic(id, `${secret}x`) } }),
  ];
  const issued = [await world.send(CREDENTIALS, authorized()), await world.send(exchange(token), {})];
  for (const { text } of answers) {
    expect(text).not.toContain('quoted-input');
  }
  for (const value of [secret, token, 'quoted-input', ...issued.map(({ body }) => body.access_token)]) {
    expect(world.output).not.toContain(value);
  }
  expect(world.output).toContain(id);
});

test('a decision is one log line with metrics', async () => {
  await world.send(CREDENTIALS, authorized());
  await world.send({ ...CREDENTIALS, scope: 'other:read' }, authorized());
  expect(world.logs.map(({ fields }) => fields)).toMatchObject([
    { endpoint: 'token', outcome: 'issued', clientId: id, application: 'warehouse' },
    {
      endpoint: 'token',
      outcome: 'refused',
      clientId: id,
      reason: 'a scope is asked for that is unknown, or not granted',
    },
  ]);
  expect(world.logs[0]?.metrics).toMatchObject({
    dimensions: { Service: 'token-endpoint', Stage: 'dev', Grant: 'client_credentials' },
    values: { AccessTokensIssued: { value: 1 }, OAuthRequestsRefused: { value: 0 } },
  });
  expect(world.logs[1]?.metrics).toMatchObject({
    dimensions: { Service: 'token-endpoint', Stage: 'dev', Error: 'invalid_scope' },
  });
});

test.each(['/oauth2/authorize', '/oauth2/token/', '/', ''])('there is nothing at %p', async (path) => {
  expect((await world.send(CREDENTIALS, { ...authorized(), path })).status).toBe(404);
});

test.each([{}, null, { action: 'other' }, { Records: [] }])('an event of another kind rejects: %j', async (event) => {
  await expect(world.invoke(event)).rejects.toThrow('unsupported event');
});
