import { Harness } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const RESERVED = [
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'isPrototypeOf',
];

test.each(RESERVED)('tags {"%s":"y"} are stored, and read back alone and in a list', async (name) => {
  const { status, body } = await service.issue({ tags: { [name]: 'y' } });
  expect({ status, tags: body.tags }).toEqual({ status: 201, tags: { [name]: 'y' } });
  expect((await service.request('GET', `/v1/tokens/${body.id}`)).body.tags).toEqual({ [name]: 'y' });
  expect((await service.request('GET', '/v1/tokens')).body.tokens[0].tags).toEqual({ [name]: 'y' });
  const revoked = await service.request('POST', `/v1/tokens/${body.id}/revoke`);
  expect(revoked.body).toMatchObject({ status: 'revoked', tags: { [name]: 'y' } });
});

test('the tag __proto__ is refused with its place, and nothing is stored', async () => {
  const rawBody = '{"name":"a","application":"b","scopes":["sales:read"],"tags":{"__proto__":"y"}}';
  const { status, body } = await service.request('POST', '/v1/tokens', { rawBody });
  expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 400, pointer: '#/tags/__proto__' });
  expect(await service.table.items()).toEqual([]);
});

test.each(['constructor', '__proto__', 'toString'])('an unknown member %s of the body is refused', async (name) => {
  const rawBody = `{"name":"a","application":"b","scopes":["sales:read"],"${name}":{}}`;
  expect((await service.request('POST', '/v1/tokens', { rawBody })).status).toBe(400);
});

test.each(['constructor', 'prototype'])('an application, a team and a subject may be called %s', async (name) => {
  await service.addTeams(name);
  const { status, body } = await service.issue({ application: name, team: name, tier: 'gold' });
  expect({ status, application: body.application, team: body.team }).toEqual({
    status: 201,
    application: name,
    team: name,
  });
  expect((await service.request('GET', '/v1/tokens', { query: { application: name } })).body.tokens).toHaveLength(1);
  const revocation = { kind: 'sub', value: name };
  expect((await service.request('POST', '/v1/revocations', { body: revocation })).status).toBe(201);
});

test.each(['constructor', '__proto__', 'toString'])(
  'a scope, a tier and a kind called %s are refused',
  async (name) => {
    expect((await service.issue({ scopes: [name] })).status).toBe(400);
    expect((await service.issue({ tier: name })).status).toBe(400);
    expect((await service.request('POST', '/v1/revocations', { body: { kind: name, value: 'x' } })).status).toBe(400);
  },
);

test.each([
  ['half of a surrogate pair', 'a\ud800'],
  ['a right-to-left override', 'a\u202eb'],
  ['an isolate', 'a\u2066b'],
  ['a zero-width space', 'a\u200bb'],
  ['a byte order mark', '\ufeffa'],
  ['a control character', 'a\u0007'],
])('%s is refused in every text, with the member named', async (_, text) => {
  const places: [object, string][] = [
    [{ name: text }, '#/name'],
    [{ description: text }, '#/description'],
    [{ team: text }, '#/team'],
    [{ tags: { key: text } }, '#/tags/key'],
    [{ tags: { [text]: 'value' } }, '#/tags'],
  ];
  for (const [body, pointer] of places) {
    expect((await service.issue(body)).body).toMatchObject({ status: 400, errors: [{ pointer }] });
  }
  for (const member of ['value', 'issuer', 'reason']) {
    const body = { kind: 'jti', value: 'x', [member]: text };
    const reply = await service.request('POST', '/v1/revocations', { body });
    expect(reply.body).toMatchObject({ status: 400, errors: [{ pointer: `#/${member}` }] });
  }
});
