import { apiTokenPattern } from '../../../lambdas/lib/api-token';
import { Harness, PEPPER, type Reply } from './support/harness';

/** Drives every operation, successes and failures, and then looks for secrets in everything that came out. */
let service: Harness;
let issued: Reply[];
let administratorToken: string;

beforeAll(async () => {
  service = await Harness.start();
  await service.addTeams('insights');
  issued = [
    await service.issue({ tier: 'gold', tags: { a: 'b' }, team: 'insights' }),
    await service.issue({ application: 'partner' }),
  ];
  const answer = await service.invoke({ action: 'issueAdministratorToken' });
  administratorToken = 'token' in answer ? answer.token : '';
  const ids = issued.map((reply) => reply.body.id);
  await service.request('PUT', '/v1/applications/partner', { body: { tier: 'gold' } });
  await service.request('PUT', '/v1/applications/partner', { body: { tier: 'free' } });
  for (const id of ids) {
    await service.request('GET', `/v1/tokens/${id}`);
  }
  await service.request('GET', '/v1/tokens');
  await service.request('GET', '/v1/tokens', { query: { application: 'dashboard', limit: '1' } });
  await service.request('POST', `/v1/tokens/${ids[0]}/revoke`);
  await service.request('POST', `/v1/tokens/${ids[0]}/revoke`);
  await service.request('GET', `/v1/tokens/${issued[0]?.body.token}`);
  await service.request('POST', `/v1/tokens/${issued[0]?.body.token}/revoke`);
  await service.issue({ name: '', application: issued[0]?.body.token });
  service.gateway.failing = 'POST /apikeys';
  await service.issue({ tier: 'gold', application: 'third' });
});
afterAll(() => service.close());

const secretsInTable = async () => {
  const items = await service.table.items();
  const hashes = items.flatMap((item) => ((item.generations ?? []) as { hash: string }[]).map(({ hash }) => hash));
  const keys = items.flatMap((item) => [item.usageKey, item.pendingUsageKey].filter((key) => typeof key === 'string'));
  return { hashes, keys };
};

test('the run has what the other tests look for', async () => {
  const { hashes, keys } = await secretsInTable();
  expect(issued.map((reply) => reply.status)).toEqual([201, 201]);
  expect(hashes.length).toBe(3);
  expect(new Set(keys).size).toBe(3);
  expect(new Set(service.replies.map((reply) => reply.status))).toEqual(new Set([200, 201, 400, 409, 500]));
});

test('the token is in the answer that issues it, once, and in no other', () => {
  for (const { body, text } of issued) {
    expect(text.split(body.token).length).toBe(2);
    const others = service.replies.filter((reply) => reply.text !== text);
    expect(others.filter((reply) => reply.text.includes(body.token.slice(-38)))).toEqual([]);
  }
  const withToken = service.replies.filter((reply) => new RegExp(apiTokenPattern()).test(reply.text));
  expect(withToken.map((reply) => reply.status)).toEqual([201, 201]);
});

test('no log line holds a token or its secret part', () => {
  for (const token of [...issued.map((reply) => reply.body.token), administratorToken]) {
    expect(token.length).toBeGreaterThan(60);
    expect(service.logText).not.toContain(token.slice(-38));
  }
});

test('no answer and no log line holds a hash, a usage key or the pepper', async () => {
  const { hashes, keys } = await secretsInTable();
  const everything = [
    service.logText,
    ...service.replies.flatMap(({ text, headers }) => [text, JSON.stringify(headers)]),
  ];
  for (const secret of [...hashes, ...keys, PEPPER.key.toString('base64url'), PEPPER.key.toString('hex')]) {
    expect(everything.filter((text) => text.includes(String(secret)))).toEqual([]);
  }
});

test('no answer has a member for a secret', () => {
  const text = service.replies.map((reply) => reply.text).join('\n');
  expect(text).not.toMatch(/hash|pepper|usageKey|generations|"pk"|"entity"/i);
});

test('the table holds no token', async () => {
  const text = JSON.stringify(await service.table.items());
  expect(text).not.toMatch(new RegExp(apiTokenPattern()));
  for (const { body } of issued) {
    expect(text).not.toContain(body.token.slice(-38));
  }
});

test('no index of the table holds a secret', async () => {
  const { hashes, keys } = await secretsInTable();
  const { tokens } = await service.store.listTokens({ limit: 100 });
  const text = JSON.stringify(tokens);
  expect(tokens.length).toBe(3);
  for (const secret of [...hashes, ...keys]) {
    expect(text).not.toContain(secret);
  }
});
