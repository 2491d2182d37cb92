import crypto from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import { TABLE } from '../token-service/support/token-table';
import { basic, CREDENTIALS, EndpointWorld, NOW } from './support/world';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const by = (id: string, secret: string) => ({ headers: { Authorization: basic(id, secret) } });

test('client_secret_post: id and secret in the form', async () => {
  const { id, secret } = await world.client();
  const { status } = await world.send({ ...CREDENTIALS, client_id: id, client_secret: secret });
  expect(status).toBe(200);
});

test('rule 4: id and secret of Basic are decoded from the form of RFC 6749, 2.3.1', async () => {
  const { id, secret } = await world.client();
  const encoded = [...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
  const pair = Buffer.from(`${id}:${encoded}`).toString('base64');
  expect((await world.send(CREDENTIALS, { headers: { Authorization: `bAsIc ${pair}` } })).status).toBe(200);
});

test.each([
  ['both a header and a secret in the form', { header: true, form: true }],
  ['both a header and an assertion', { header: true, assertion: true }],
  ['both a secret in the form and an assertion', { form: true, assertion: true }],
])('rule 3: %s: nothing is issued', async (_, used) => {
  const { id, secret } = await world.client();
  const { status, body } = await world.send(
    {
      ...CREDENTIALS,
      ...('form' in used && { client_id: id, client_secret: secret }),
      ...('assertion' in used && { client_assertion: 'x', client_assertion_type: 'y' }),
    },
    'header' in used ? by(id, secret) : {},
  );
  expect([status, body.error]).toEqual([400, 'invalid_request']);
  expect(world.reads).toEqual([]);
});

test('rule 3: a method that the client is not registered for is refused', async () => {
  const { id, secret } = await world.client({ authMethods: ['client_secret_post'] });
  const { status, body } = await world.send(CREDENTIALS, by(id, secret));
  expect([status, body.error]).toEqual([401, 'invalid_client']);
  expect(body.access_token).toBeUndefined();
});

test('rule 3: client_id beside a header must be the same', async () => {
  const [one, other] = [await world.client(), await world.client()];
  const answer = await world.send({ ...CREDENTIALS, client_id: other.id }, by(one.id, one.secret));
  expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  expect((await world.send({ ...CREDENTIALS, client_id: one.id }, by(one.id, one.secret))).status).toBe(200);
});

test('rule 4: every reason that a client is not authenticated gives equal bytes', async () => {
  const good = await world.client();
  const unknown = generateApiToken('acmecs', 'test');
  const wrongSecret = generateApiToken('acmecs', 'test', good.id);
  const disabled = await world.client({ status: 'disabled' });
  const removed = await world.client({ status: 'removed' });
  const elsewhere = await world.client({ environment: 'prod' });
  const unregistered = await world.client({ authMethods: ['private_key_jwt'] });
  const outside = await world.client({ cidrs: ['198.51.100.0/24'] });
  const archived = await world.client({ application: 'archived' });
  await world.put({
    pk: 'application#archived',
    entity: 'application',
    application: 'archived',
    archivedAt: 1,
    createdAt: 1,
    version: 1,
  });
  const answers = await Promise.all(
    [
      { id: unknown.id, secret: unknown.token },
      { id: good.id, secret: wrongSecret.token },
      { id: good.id, secret: 'garbage' },
      disabled,
      removed,
      elsewhere,
      unregistered,
      outside,
      archived,
    ].map(({ id, secret }) => world.send(CREDENTIALS, by(id, secret))),
  );
  const [first] = answers;
  expect(first).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  for (const answer of answers) {
    expect({ ...answer, body: undefined }).toEqual({ ...first, body: undefined });
  }
  expect(first?.headers['www-authenticate']).toBe('Basic realm="https://id.example.com", error="invalid_client"');
});

test('rule 4: as much is read and computed for an unknown client as for a wrong secret, of one generation or two', async () => {
  const one = await world.client();
  const hash = generateApiToken('acmecs', 'test').token.slice(0, 43);
  const generation = { hash, pepperId: 'p1', createdAt: NOW - 100 };
  const two = await world.client({
    generations: [
      { number: 1, ...generation, graceUntil: NOW + 60 },
      { number: 2, ...generation },
    ],
  });
  const disabled = await world.client({ status: 'disabled' });
  // The pepper is in memory from the first request on.
  await world.send(CREDENTIALS, by(one.id, one.secret));
  const hmacs = jest.spyOn(crypto, 'createHmac');
  const work = [];
  for (const id of [one.id, two.id, disabled.id, undefined]) {
    const wrong = generateApiToken('acmecs', 'test', id);
    world.reads.length = 0;
    hmacs.mockClear();
    expect((await world.send(CREDENTIALS, by(wrong.id, wrong.token))).status).toBe(401);
    expect(world.reads).toEqual([`client#${wrong.id}`]);
    work.push(hmacs.mock.calls.length);
  }
  hmacs.mockRestore();
  // Two for the secrets; the others sign the read.
  expect(work[0]).toBeGreaterThanOrEqual(2);
  expect(new Set(work).size).toBe(1);
});

test.each([
  ['nothing', ''],
  ['no base64', 'Basic !!!'],
  ['no colon', `Basic ${Buffer.from('abc').toString('base64')}`],
  ['a malformed escape', `Basic ${Buffer.from('%zz:x').toString('base64')}`],
  ['another scheme', 'Bearer abc'],
])('an Authorization header with %s is no authentication', async (_, value) => {
  const { id } = await world.client();
  const { status, body } = await world.send(
    { ...CREDENTIALS, ...(value === '' && { client_id: id }) },
    value ? { headers: { Authorization: value } } : {},
  );
  expect([status, body.error]).toEqual([401, 'invalid_client']);
  expect(world.reads).toEqual([]);
});

test('garbage costs no read: its checksum is wrong, or it is no secret of this platform', async () => {
  const { id, secret } = await world.client();
  const ofToken = generateApiToken('acme', 'test', id).token;
  const ofOther = generateApiToken('acmecs', 'live', id).token;
  for (const text of [`${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`, ofToken, ofOther, 'x']) {
    expect((await world.send(CREDENTIALS, by(id, text))).status).toBe(401);
  }
  expect(world.reads).toEqual([]);
});

test('both secrets of a rotation hold, the older one until its end', async () => {
  const { id, secret: older } = await world.client();
  const newer = generateApiToken('acmecs', 'test', id).token;
  const item = (await world.table.items()).find(({ pk }) => pk === `client#${id}`);
  const generations = [
    { number: 1, hash: world.hash(older), pepperId: 'p1', createdAt: NOW - 100, graceUntil: NOW + 60 },
    { number: 2, hash: world.hash(newer), pepperId: 'p1', createdAt: NOW },
  ];
  await world.table.client.send(new PutCommand({ TableName: TABLE, Item: { ...item, generations } }));
  // No token outlives the secret by which it was asked for.
  const lives = [older, newer].map(async (secret) => (await world.send(CREDENTIALS, by(id, secret))).body.expires_in);
  expect(await Promise.all(lives)).toEqual([60, 600]);
  world.now = NOW + 60;
  expect((await world.send(CREDENTIALS, by(id, older))).status).toBe(401);
  expect((await world.send(CREDENTIALS, by(id, newer))).status).toBe(200);
});

test('a client that is bound to networks gets tokens from there, bound to them', async () => {
  const { id, secret } = await world.client({ cidrs: ['198.51.100.0/24', '2001:db8::/32'] });
  const { status, body } = await world.send(CREDENTIALS, { ...by(id, secret), sourceIp: '198.51.100.9' });
  expect(status).toBe(200);
  expect(JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString()).cidrs).toEqual([
    '198.51.100.0/24',
    '2001:db8::/32',
  ]);
});

test('A12: a malformed record is 503, and never an answer about the client', async () => {
  const { id, secret } = await world.client({ scopes: 'sales:read' as never });
  const { status, headers, body } = await world.send(CREDENTIALS, by(id, secret));
  expect([status, headers['retry-after'], body.error]).toEqual([503, '5', 'temporarily_unavailable']);
});

test('what is registered of the application is in the token', async () => {
  await world.put({
    pk: 'application#known',
    entity: 'application',
    application: 'known',
    team: 'logistics',
    tier: 'gold',
    createdAt: 1,
    version: 1,
  });
  const { id, secret } = await world.client({ application: 'known', team: 'before' });
  const { body } = await world.send(CREDENTIALS, by(id, secret));
  expect(JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())).toMatchObject({
    application: 'known',
    team: 'logistics',
    tier: 'gold',
  });
});

test.each([
  [undefined, 600],
  [60, 60],
  [3600, 3600],
  [86_400, 3600],
])('a client with accessTokenSeconds %p gets tokens for %d s', async (accessTokenSeconds, expected) => {
  const { id, secret } = await world.client(accessTokenSeconds === undefined ? {} : { accessTokenSeconds });
  expect((await world.send(CREDENTIALS, by(id, secret))).body.expires_in).toBe(expected);
});
