import { generateApiToken } from '../../../lambdas/lib/api-token';
import { ADDRESS, basic, CREDENTIALS, EndpointWorld, exchange, NOW } from './support/world';

let world: EndpointWorld;
let client: { readonly id: string; readonly secret: string };
beforeAll(async () => {
  world = await EndpointWorld.start();
  client = await world.client();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const by = ({ id, secret }: { id: string; secret: string }) => ({ headers: { Authorization: basic(id, secret) } });
const revoke = (token: string, sent = {}, form: Record<string, string> = {}) =>
  world.send({ token, ...form }, { path: '/oauth2/revoke', ...sent });

test('rule 28: who holds an API token may revoke it', async () => {
  const { token, id } = await world.token();
  const { status, headers, text } = await revoke(token);
  expect([status, headers['cache-control'], text]).toEqual([200, 'no-store', '']);
  expect(world.revocations).toEqual([
    { kind: 'token', id, by: `token:${id}`, requestId: expect.any(String), address: ADDRESS },
  ]);
});

test('rule 28: a client revokes the API tokens of its application that it holds, and the access tokens that it was issued', async () => {
  const { token, id } = await world.token();
  expect((await revoke(token, by(client))).status).toBe(200);
  const { body } = await world.send(CREDENTIALS, by(client));
  expect((await revoke(body.access_token, by(client), { token_type_hint: 'refresh_token' })).status).toBe(200);
  expect(world.revocations).toMatchObject([
    { kind: 'token', id, by: `client:${client.id}` },
    {
      kind: 'jti',
      issuer: 'https://id.example.com',
      expiresAt: NOW + 600,
      application: 'warehouse',
      by: `client:${client.id}`,
    },
  ]);
});

test('rule 28: a token that is disabled, blocked or not valid yet may be ended for good', async () => {
  for (const changes of [
    { status: 'disabled' as const },
    { blocked: { reasons: ['x'], since: NOW } },
    { notBefore: NOW + 60 },
  ]) {
    expect((await revoke((await world.token(changes)).token, by(client))).status).toBe(200);
  }
  expect(world.revocations).toHaveLength(3);
});

test('rule 28: unknown, foreign and ended tokens are answered in the same way, and nothing happens', async () => {
  const { token } = await world.token();
  const stranger = await world.client({ application: 'other' });
  const ofStranger = await world.send(CREDENTIALS, by(stranger));
  const ofNobody = await world.send(exchange(token));
  const answers = [
    await revoke('garbage', by(client)),
    await revoke('a.b.c', by(client)),
    await revoke(generateApiToken('acme', 'test').token, by(client)),
    await revoke(generateApiToken('acme', 'test').token),
    await revoke((await world.token({ expiresAt: NOW })).token, by(client)),
    await revoke((await world.token({ application: 'other' })).token, by(client)),
    await revoke(ofStranger.body.access_token, by(client)),
    await revoke(ofNobody.body.access_token, by(client)),
  ];
  for (const answer of answers) {
    expect(answer).toEqual({ ...answers[0], body: answer.body });
  }
  expect(answers[0]).toMatchObject({ status: 200, text: '' });
  expect(world.revocations).toEqual([]);
});

test('rule 28: the public id of a token revokes nothing', async () => {
  const { id, token } = await world.token();
  const other = generateApiToken('acme', 'test', id).token;
  expect((await revoke(other)).status).toBe(200);
  expect((await revoke(id, by(client))).status).toBe(200);
  expect(token).not.toBe(other);
  expect(world.revocations).toEqual([]);
});

test('rule 28: a client that does not authenticate revokes nothing', async () => {
  const { token } = await world.token();
  const { body } = await world.send(CREDENTIALS, by(client));
  for (const answer of [
    await revoke(token, by({ id: client.id, secret: 'x' })),
    await revoke(body.access_token),
    await revoke('garbage'),
    await revoke('', {}),
    await revoke(body.access_token, {}, { client_id: client.id }),
  ]) {
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  }
  expect((await revoke('', by(client))).body.error).toBe('invalid_request');
  expect(world.revocations).toEqual([]);
});

test('a token service that is out of reach is 503, and says when to come again', async () => {
  world.overrides = { revoke: () => Promise.reject(new Error('canary')) };
  const { token } = await world.token();
  const { status, headers, body } = await revoke(token);
  expect([status, headers['retry-after'], body.error]).toEqual([503, '5', 'temporarily_unavailable']);
});

test('without a token service there is no such address, and the metadata name none', async () => {
  const { tokenService: _, ...config } = world.config;
  world.config = config;
  expect((await revoke('x', by(client))).status).toBe(404);
  const { body } = await world.send({}, { method: 'GET', path: '/.well-known/oauth-authorization-server' });
  expect(Object.keys(body).filter((name) => name.startsWith('revocation'))).toEqual([]);
});
